/** Deliveries of outside systems: received, kept, handed to the flows that listen; and the subscriptions that bring them. */
export { type Deliveries, deliveriesOf } from './counts.ts'
export { hooks } from './hooks.ts'
