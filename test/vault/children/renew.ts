// Eight callers of one process find the same token stale; each renewal is a line in a file.
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Secret } from '../../../engine/core/secret.ts'
import { tokenStore } from '../../../engine/vault/index.ts'
import { open, placeIn } from '../vaults.ts'

const place = placeIn(process.argv[2] ?? '')
const vault = await open(place, { from: 'file', file: place.keyFile })
const tokens = tokenStore(vault, 'zoho')
const stale = { value: new Secret('planted-token') }
const renew = async () => {
  appendFileSync(join(place.folder, 'renewals'), `${process.pid}\n`)
  await delay(50)
  return { value: new Secret(`fresh of ${process.pid}`) }
}
const all = await Promise.all(Array.from({ length: 8 }, () => tokens.renew('access', stale, renew)))
process.stdout.write(JSON.stringify(all.map(it => it.value.reveal())))
