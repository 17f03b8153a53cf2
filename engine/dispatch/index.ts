/** When runs happen: by schedule, by delivery, by hand; one run of a flow at a time. */
export { createDispatcher, type Dispatcher } from './dispatcher.ts'
export type { DispatchEvent, FlowRef, FlowState } from './queue.ts'
export type { Wish } from './wish.ts'
