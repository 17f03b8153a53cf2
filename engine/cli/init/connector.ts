import { done } from '../end.ts'
import type { Verb } from '../verb.ts'
import { REGISTRY, repositoryAbove } from './repository.ts'
import { scaffold } from './scaffold.ts'

const GUIDE = 'connectors/README.md'

export const initConnector: Verb = {
  name: 'connector',
  summary: 'add a connector to the source of ml-connector: small, complete and tested, to be changed step by step',
  details: `Writes connectors/<name>/ with a sandbox of its own, what the tests need to know of it, and its line in ${REGISTRY}.\nIt talks to a made-up REST system and passes every test as it stands; ${GUIDE} says what to do next. Overwrites nothing.`,
  arguments: [{ name: 'name', description: 'such as <maker>-<product>: small letters, digits and hyphens' }],
  examples: [
    { line: 'init connector <maker>-<product>', does: 'makes connectors/<maker>-<product>/ and registers it' },
  ],
  json: {
    connector: 'its name',
    repository: 'path of the repository',
    created: 'files that were written, relative to it',
    changed: 'files that got a line more',
  },
  async run(context, given) {
    const name = given.required('name')
    const repository = repositoryAbove(context.terminal.cwd)
    const created = scaffold(repository, name)
    return done({ connector: name, repository, created, changed: [REGISTRY] }, () => {
      const { green } = context.colours
      const lines = [...created.map(it => `${green('✓')} ${it}`), `${green('✓')} ${REGISTRY} has its line`]
      return `${lines.join('\n')}\n\n${NEXT.map((it, index) => `${index + 1}. ${it(name)}\n`).join('')}`
    })
  },
}

/** What a person does from here. */
const NEXT: readonly ((name: string) => string)[] = [
  () => '"npm run reference" writes its schemas and codes.',
  name => `"npx mocha test/contract/connectors.test.ts --grep 'connector ${name}'" passes as it stands: keep it so.`,
  () => `${GUIDE}, from step 2 on: put the real system's facts in place of the made-up ones, the sandbox first.`,
]
