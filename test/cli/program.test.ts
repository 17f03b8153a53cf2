import { expect } from 'chai'
import type { Verb } from '../../engine/cli/verb.ts'
import { verbs } from '../../engine/cli/verbs.ts'
import { cli, jsonOf, temporaryFolder } from './support/cli.ts'

function named(of: readonly Verb[], before: string[] = []): [string[], Verb][] {
  return of.flatMap(it => [
    [[...before, it.name], it] as [string[], Verb],
    ...named(it.verbs ?? [], [...before, it.name]),
  ])
}

/** A mistake on the command line, and what its message says. */
const MISTAKES: readonly { readonly line: readonly string[]; readonly says: string; readonly remedy: RegExp }[] = [
  { line: ['rnu'], says: "unknown command 'rnu'", remedy: /Did you mean run\?/ },
  { line: ['run', '--al'], says: "unknown option '--al'", remedy: /Did you mean --all\?/ },
  { line: ['run', '--limit', '3'], says: "unknown option '--limit'", remedy: /run --help/ },
  { line: ['preview'], says: "missing required argument 'flow'", remedy: /preview --help/ },
  { line: ['runs', 'a', 'b'], says: "too many arguments for 'runs'", remedy: /runs --help/ },
  {
    line: ['dead', '--state', 'gone'],
    says: "option '--state <state>' argument 'gone' is invalid",
    remedy: /dead --help/,
  },
  { line: ['sandbox', 'zoho-crm', '--port', '-1'], says: '--port is "-1"', remedy: /whole number from 0/ },
  { line: ['sandbox', 'zoho-crm', '--records', '1e3'], says: '--records is "1e3"', remedy: /whole number/ },
  { line: ['sandbox', 'zoho'], says: 'there is no connector "zoho"', remedy: /Did you mean zoho-crm\?/ },
  {
    line: ['sandbox', 'zoho-crm', '--option', 'edtion=free'],
    says: '--option edtion is not known',
    remedy: /Did you mean edition\?/,
  },
  { line: ['sandbox', 'zoho-crm', '--option', 'edition'], says: '--option edition has no value', remedy: /name=value/ },
  {
    line: ['connectors', 'sage-intacct', 'VENDR'],
    says: 'there is no entity of sage-intacct "VENDR"',
    remedy: /Did you mean VENDOR\?/,
  },
  { line: ['schema', 'flows'], says: 'there is no schema "flows"', remedy: /Did you mean flow\?/ },
  { line: ['validate', 'nowhere'], says: 'nowhere is not there', remedy: /flow files/ },
]

describe('the command line', () => {
  for (const [name, verb] of named(verbs)) {
    it(`shows an example in ${name.join(' ')} --help`, async () => {
      const { code, out, err } = await cli([...name, '--help'])
      expect({ code, err }).to.deep.equal({ code: 0, err: '' })
      expect(out).to.contain(verb.summary.slice(0, 20))
      for (const example of verb.examples) expect(out).to.contain(`$ ml-connector ${example.line}`)
    })
  }

  it('has the verbs that the design names, serve aside', () => {
    expect(verbs.map(it => it.name)).to.include.members(
      'init validate test preview run ping connections secret connectors describe runs audit why dead replay cursor sandbox demo schema'.split(
        ' ',
      ),
    )
  })

  it('gives every example words that the parser takes', async () => {
    const broken: string[] = []
    for (const [, verb] of named(verbs))
      for (const { line } of verb.examples) {
        const words = [...line.replace(/ [<>].*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
          it => it[1] ?? it[2] ?? it[3] ?? '',
        )
        // parsed, then help instead of the verb itself
        const { out } = await cli([...words, '--help'])
        if (!out.startsWith(`Usage: ml-connector ${words[0]}`)) broken.push(line)
      }
    expect(broken).to.deep.equal([])
  })

  for (const { line, says, remedy } of MISTAKES) {
    it(`explains "${line.join(' ')}"`, async () => {
      const { code, out, err } = await cli(line)
      expect(code).to.equal(2)
      expect(out).to.equal('')
      expect(err).to.contain(says)
      expect(err).to.match(remedy)
    })

    it(`answers "${line.join(' ')} --json" with one object`, async () => {
      const answer = await cli([...line, '--json'])
      const { ok, error } = jsonOf(answer)
      expect({ code: answer.code, err: answer.err, ok }).to.deep.equal({ code: 2, err: '', ok: false })
      expect(Object.keys(error ?? {})).to.include.members(['kind', 'code', 'message', 'remedy'])
      expect(error?.['kind']).to.equal('configuration')
    })
  }

  it('prints its version', async () => {
    expect(await cli(['--version'])).to.deep.equal({ code: 0, out: '1.2.3\n', err: '' })
  })

  it('shows help on standard error when the verb is missing', async () => {
    const { code, out, err } = await cli([])
    expect({ code, out }).to.deep.equal({ code: 2, out: '' })
    expect(err).to.contain('Usage: ml-connector')
  })

  it('understands common options before the verb, too', async () => {
    expect(jsonOf(await cli(['--json', 'schema'])).ok).to.equal(true)
  })

  it('colours only a terminal, and not with NO_COLOR', async () => {
    const colour = '\u001b['
    expect((await cli(['connectors'])).out).to.not.contain(colour)
    expect((await cli(['connectors'], { isTerminal: true })).out).to.contain(colour)
    expect((await cli(['connectors'], { isTerminal: true, env: { NO_COLOR: '1' } })).out).to.not.contain(colour)
  })

  it('says what to do where there is no workspace', async () => {
    const folder = temporaryFolder()
    const { code, err } = await cli(['run', '--all'], { cwd: folder.path })
    folder.remove()
    expect(code).to.equal(2)
    expect(err).to.contain('CLI_NO_WORKSPACE').and.to.contain('ml-connector init')
  })
})
