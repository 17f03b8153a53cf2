import { replayAtSize } from './at-size.ts'
import { replayByCli } from './by-cli.ts'

const began = performance.now()
const size = await replayAtSize()
const byCli = await replayByCli()
const end = {
  ...size.end,
  byCli: byCli.end,
  lost: size.end.lost + byCli.end.lost,
  doubled: size.end.doubled + byCli.end.doubled,
  totalSeconds: (performance.now() - began) / 1_000,
}
if (!size.isRight || !byCli.isRight) process.exitCode = 1
process.stdout.write(`${JSON.stringify(end)}\n`)
