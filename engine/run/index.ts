/** A compiled flow in, outcomes out. */
export { claimed, type Would } from './claims.ts'
export { type ConnectionPorts, type ConnectionSpec, createConnections, type WaitReason } from './connections.ts'
export type { FieldDifference, PreviewedRecord } from './differences.ts'
export { type Preview, type PreviewOptions, preview } from './preview.ts'
export { type ReplayOptions, replay } from './replay.ts'
export { runFlow } from './run-flow.ts'
export type { Progress, RunMode, RunOptions, RunPorts, RunReport } from './types.ts'
