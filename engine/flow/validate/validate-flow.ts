import type { OpenFlow } from '../context.ts'
import type { ResolvedFlow } from './resolve-flow.ts'

/** Everything that can be known without a record and without a call. */
export function validateFlow(_flow: OpenFlow, _ends: ResolvedFlow): void {}
