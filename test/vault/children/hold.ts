// Holds the right to renew a token until it is killed.
import { setTimeout as delay } from 'node:timers/promises'
import { open, placeIn } from '../vaults.ts'

const place = placeIn(process.argv[2] ?? '')
const vault = await open(place, { from: 'file', file: place.keyFile })
await vault.exclusively('zoho', 'access', async () => {
  process.stdout.write('held\n')
  await delay(60_000)
})
