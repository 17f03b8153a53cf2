import { expect } from 'chai'
import { type Answer, jsonOf } from './support/cli.ts'
import { createSpace, type Space, VENDORS } from './support/space.ts'

const rows = (answer: Answer, name: string) => jsonOf(answer)[name] as Record<string, unknown>[]
const REFUSED = '{"code":"NO_PERMISSION","message":"permission denied","status":"error","details":{}}'
const long = (id: string) => ({ VENDORID: id, NAME: 'x'.repeat(300), STATUS: 'active' })

describe('replay', () => {
  let space: Space
  /** When A died, and when B and C did. */
  let [first, second] = ['', '']
  const replay = (line: string) => space.run(`replay ${VENDORS} ${line}`)
  const chosen = async (line: string) =>
    rows(await replay(`${line} --dry-run --json`), 'letters').map(it => it['sourceKey'])
  before(async () => {
    space = await createSpace({ records: 3 })
    await space.source.put('VENDOR', long('A'))
    await space.run('run --all')
    for (const id of ['B', 'C']) await space.source.put('VENDOR', long(id))
    await space.run('run --all')
    const at = new Map(rows(await space.run('dead --json'), 'letters').map(it => [it['sourceKey'], it['lastSeenAt']]))
    ;[first, second] = [String(at.get('A')), String(at.get('B'))]
  })
  after(() => space.close())

  it('takes what all the options that choose leave together', async () => {
    const code = 'RUN_FIELD_LENGTH'
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['--all', ['C', 'B', 'A']],
      [`--all --code ${code}`, ['C', 'B', 'A']],
      [`--code OTHER`, []],
      [`--since ${second}`, ['C', 'B']],
      [`--until ${first}`, ['A']],
      [`--all --since ${first} --until ${first}`, ['A']],
      ['--since 2h', ['C', 'B', 'A']],
      ['--until 2h', []],
      [`--all --code ${code} --since ${second} --key A B`, ['B']],
    ]
    for (const [line, keys] of cases) {
      expect(await chosen(line), line).to.deep.equal(keys)
      const listed = await space.run(`dead ${VENDORS} ${line.replace('--all', '')} --json`)
      expect(rows(listed, 'letters').map(it => it['sourceKey'])).to.deep.equal(keys)
    }
    expect((await replay('--all --code OTHER')).out).to.contain('nothing to replay')
  })

  it('says what is wrong with a choice, and what to say instead', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /nothing was chosen.*\n.*--all, --code, --since, --until or --key/],
      ['1 --since 2h', /more than one way.*\n.*stand alone/],
      ['1 --records --since 2h', /more than one way/],
      ['--since 1h --until 2h', /--since 1h is after --until 2h/],
      ['--since 2099-01-01', /--since 2099-01-01 is yet to come/],
      ['--since yesterday', /--since yesterday is not a time.*\n.*24h/],
      ['--until 5', /--until 5 is not a time/],
      ['--all --outcome dead', /--outcome goes with --records/],
      ['--all --force', /--force goes with --records/],
      ['--all --limit 5', /--limit goes with --dry-run/],
      ['--records', /--records needs a time/],
      ['--records --all --since 2h', /--all is of dead letters/],
      ['--records --since 2h --from stored', /only dead letters are kept/],
    ]
    for (const [line, said] of cases) {
      const { code, err } = await replay(line)
      expect(err, line).to.match(said)
      expect(code, line).to.equal(2)
    }
  })

  it('shows what would become of each letter, and writes nothing', async () => {
    await space.source.put('VENDOR', { VENDORID: 'A', NAME: 'Short', STATUS: 'active' })
    const before = rows(await space.run('dead --json'), 'letters')
    await space.target.resetCalls()
    const { code, out } = await replay('--all --from source --dry-run')
    expect(code).to.equal(0)
    expect(out).to.match(
      /dead letter \d+, died of RUN_FIELD_LENGTH, read again from the source\ncreate {2}VENDOR A → Vendors\n/,
    )
    expect(out).to.match(/Vendor_Name: Short .*vendors\.yaml:\d+:\d+/)
    expect(out).to.contain('3 dead letters: 1 create, 2 rejected again\nNothing was written.\n')
    const shown = await replay('--all --from source --dry-run --limit 1')
    expect(shown.out.match(/^dead letter/gm)).to.have.length(1)
    expect(shown.out).to.contain('… and 2 others').and.to.contain('3 dead letters: 1 create, 2 rejected again')
    const answer = await replay('--all --from source --dry-run --json')
    expect(jsonOf(answer)['counts']).to.deep.equal({ create: 1, reject: 2 })
    const [letter] = rows(answer, 'letters').filter(it => it['sourceKey'] === 'B')
    expect(letter).to.deep.include({ from: 'source', would: 'reject', isSameFailure: true })
    expect(answer.out).to.not.contain('xxxx')
    expect(rows(await space.run('dead --json'), 'letters')).to.deep.equal(before)
    // a query is a POST over there
    const { byLabel } = await space.target.calls()
    expect(Object.keys(byLabel).filter(it => !it.startsWith('GET') && it !== 'POST coql')).to.deep.equal([])
  })

  it('does not conclude anything from a target that cannot be read', async () => {
    await space.target.fault({ path: 'coql', action: 'answer', status: 403, body: REFUSED, times: 9 })
    const answer = await replay('--key A --from source --dry-run --json')
    await space.target.clearFaults()
    expect([answer.code === 0, jsonOf(answer).ok, jsonOf(answer)['counts']]).to.deep.equal([
      false,
      false,
      { unknown: 1 },
    ])
  })

  it('takes all records of a time, and says what was left', async () => {
    const [, id] = rows(await space.run('dead --json'), 'letters').map(it => it['id'])
    await space.run(`dead discard ${id} --reason "given up"`)
    const dry = await replay('--records --since 2h --dry-run')
    expect(dry.out).to.contain('1 create, 3 unchanged, 1 would be rejected\n1 more was given up')
    const { code, out, err } = await replay('--records --since 2h --outcome dead')
    expect({ code, err }).to.deep.equal({
      code: 1,
      err: 'note: a record had been given up and was left as it is; --key with --from source takes it all the same\n',
    })
    expect(out).to.match(/partial +2 +1 /)
    const answer = await replay('--records --since 2h --outcome written --force --json')
    expect(rows(answer, 'runs')[0]).to.deep.include({ read: 4, written: 4 })
    expect(jsonOf(answer)['givenUp']).to.equal(0)
    expect(rows(await space.run('runs --json --limit 1'), 'runs')[0]).to.deep.include({ trigger: 'replay' })
  })

  it('shows what somebody has changed at the target, and leaves it', async () => {
    const [vendor] = await space.target.records('Vendors')
    await space.target.put('Vendors', { ...vendor, Email: 'a.person@x.example' })
    const key = vendor?.['ERP_ID']
    const { out } = await replay(`--records --since 2h --key ${key} --dry-run`)
    expect(out).to.match(
      /left alone {2}VENDOR \S+ → Vendors \S+\n {4}Email: a\.person@x\.example → .*\n {4}somebody has changed it/,
    )
    const [run] = rows(await replay(`--records --since 2h --key ${key} --json`), 'runs')
    expect(run).to.deep.include({ read: 1, written: 0, unchanged: 1 })
  })

  it('shows what a key that never died would become', async () => {
    const [, , vendor] = await space.source.records('VENDOR')
    const answer = await replay(`--key ${vendor?.['VENDORID']} --from source --dry-run --json`)
    expect([jsonOf(answer)['keys'], jsonOf(answer)['counts']]).to.deep.equal([[vendor?.['VENDORID']], { same: 1 }])
  })
})
