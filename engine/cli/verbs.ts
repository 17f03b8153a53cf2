import { audit } from './commands/audit.ts'
import { connections } from './commands/connections.ts'
import { connectors } from './commands/connectors.ts'
import { cursor } from './commands/cursor.ts'
import { dead } from './commands/dead.ts'
import { demo } from './commands/demo.ts'
import { describe } from './commands/describe.ts'
import { init } from './commands/init.ts'
import { ping } from './commands/ping.ts'
import { preview } from './commands/preview.ts'
import { replay } from './commands/replay.ts'
import { run } from './commands/run.ts'
import { runs } from './commands/runs.ts'
import { sandbox } from './commands/sandbox.ts'
import { schema } from './commands/schema.ts'
import { secret } from './commands/secret.ts'
import { serve } from './commands/serve.ts'
import { test } from './commands/test.ts'
import { token } from './commands/token.ts'
import { validate } from './commands/validate.ts'
import { verify } from './commands/verify.ts'
import { why } from './commands/why.ts'
import type { Verb } from './verb.ts'

/** In the order of `--help`. */
export const verbs: readonly Verb[] = [
  init,
  validate,
  test,
  preview,
  run,
  verify,
  serve,
  token,
  ping,
  connections,
  secret,
  connectors,
  describe,
  runs,
  audit,
  why,
  dead,
  replay,
  cursor,
  schema,
  sandbox,
  demo,
]
