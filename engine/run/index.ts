/** A compiled flow in, outcomes out. */
export { claimed, type Would } from './claims.ts'
export { type ConnectionPorts, type ConnectionSpec, createConnections, type WaitReason } from './connections.ts'
export type { FieldDifference, PreviewedRecord } from './differences.ts'
export { type Preview, type PreviewOptions, preview } from './preview.ts'
export type { LookedAtRecord } from './replay/look.ts'
export {
  type LetterWould,
  type PreviewedKeys,
  type PreviewedLetter,
  type PreviewedLetters,
  previewKeys,
  previewRecords,
  previewReplay,
} from './replay/preview-replay.ts'
export { type ReplayOptions, replay } from './replay/replay.ts'
export { type RecordChoice, type ReplayRecordsOptions, replayRecords } from './replay/replay-records.ts'
export { runFlow } from './run-flow.ts'
export type { Progress, RunMode, RunOptions, RunPorts, RunReport } from './types.ts'
export { type VerifiedFlow, verifiedOf } from './verify/verified.ts'
export { type VerifyOptions, type VerifyReport, verifyFlow } from './verify/verify-flow.ts'
export type { Finding } from './verify/verifying.ts'
