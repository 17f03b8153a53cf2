// Rotates the key of a vault and kills itself at the nth thing that it does to a file.
import promises, { open } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { Secret } from '../../../engine/core/secret.ts'
import { envKey, open as openVault, placeIn } from '../vaults.ts'

const [folder = '', step = '', from = '', to = ''] = process.argv.slice(2)
const place = placeIn(folder)
const vault = await openVault(place, from ? envKey(from) : { from: 'file', file: place.keyFile })

let done = 0
const dieAt = () => {
  if (++done === Number(step)) process.kill(process.pid, 'SIGKILL')
}

const probe = await open(place.file, 'r')
const handles = Object.getPrototypeOf(probe)
await probe.close()
const { writeFile, sync, chmod } = handles
handles.writeFile = async function (this: typeof probe, content: string) {
  await writeFile.call(this, content.slice(0, content.length / 2))
  dieAt()
  // the rest goes on where the first half ended
  await writeFile.call(this, content.slice(content.length / 2))
  dieAt()
}
handles.sync = async function (this: typeof probe) {
  await sync.call(this)
  dieAt()
}
handles.chmod = async function (this: typeof probe, mode: number) {
  await chmod.call(this, mode)
  dieAt()
}
const { open: openFile, rename } = promises
promises.open = async (...args: Parameters<typeof openFile>) => {
  const handle = await openFile(...args)
  if (args[1] !== 'r') dieAt()
  return handle
}
promises.rename = async (...args: Parameters<typeof rename>) => {
  dieAt()
  await rename(...args)
  dieAt()
}
syncBuiltinESMExports()

await vault.rotateKey(to ? new Secret(to) : undefined)
process.stdout.write(`${done}\n`)
