import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { withReference } from '../../engine/cli/reference.ts'
import { verbs } from '../../engine/cli/verbs.ts'
import { ROOT } from './support/cli.ts'

describe('the reference of the command line', () => {
  it('is fresh: "npm run reference" writes it', () => {
    const readme = readFileSync(`${ROOT}/engine/cli/README.md`, 'utf8')
    expect(withReference(readme, verbs)).to.equal(readme)
  })
})
