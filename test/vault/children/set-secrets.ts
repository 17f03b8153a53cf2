// Sets twenty secrets, one after another.
import { Secret } from '../../../engine/core/secret.ts'
import { open, placeIn } from '../vaults.ts'

const [folder = '', connection = ''] = process.argv.slice(2)
const place = placeIn(folder)
const vault = await open(place, { from: 'file', file: place.keyFile })
for (let no = 0; no < 20; no++) await vault.setSecret(connection, `secret${no}`, new Secret(`${connection} ${no}`))
