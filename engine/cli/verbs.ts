import { connections } from './commands/connections.ts'
import { connectors } from './commands/connectors.ts'
import { ping } from './commands/ping.ts'
import { run } from './commands/run.ts'
import { sandbox } from './commands/sandbox.ts'
import { secret } from './commands/secret.ts'
import type { Verb } from './verb.ts'

/** In the order of `--help`. */
export const verbs: readonly Verb[] = [run, ping, connections, secret, connectors, sandbox]
