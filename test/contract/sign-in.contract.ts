import { expect } from 'chai'
import type { JsonObject } from '../../engine/core/record.ts'
import { connect } from '../support/connect.ts'
import { allOf, errorOf, expectNoSecrets, openRig, type Rig, readAll, type Subject } from './rig.ts'
import { samplesOf } from './samples.ts'

/** Signing in: once, again only where that helps, and never shown. */
export function signInContract(subject: Subject): void {
  const { connector, fixture } = subject
  const entity = Object.entries(connector.entities).find(([, it]) => it.read)?.[0] ?? ''

  // what has no sign-in of its own is never counted
  const once = fixture.expireSignIns ? 1 : 0

  describe('signing in', () => {
    let rig: Rig
    beforeEach(async () => {
      rig = await openRig(subject)
    })
    afterEach(() => rig.close())

    it('waits for the first call, proves the account with a ping, and is not done twice', async () => {
      expect(rig.calls).to.deep.equal([])
      expect((await rig.connection.ping()).account)
        .to.be.a('string')
        .and.not.equal('')
      await readAll(rig.connection, entity)
      expect(rig.signIns()).to.equal(once)
    })

    it('lives on in another process that has the same tokens', async () => {
      await readAll(rig.connection, entity)
      await readAll((await rig.again()).connection, entity)
      expect(rig.signIns()).to.equal(once)
    })

    // those that this way of signing in uses: a connector may know several
    const used = () => Object.keys(rig.sandbox.secrets)

    it('with any wrong secret is refused as auth after one try, says what to do, and does not show it', async () => {
      expect(used()).to.not.deep.equal([])
      for (const name of used()) {
        const wrong = `wrong-${name}-4711`
        const other = await rig.again({ secrets: { [name]: wrong } })
        const error = await errorOf(() => other.connection.ping())
        expect([name, error.kind, other.calls.length]).to.deep.equal([name, 'auth', 1])
        expect(error.remedy).to.be.a('string').and.match(/\w{3}/)
        expectNoSecrets([wrong, ...rig.secrets()], [allOf(error), ...other.logged])
      }
    })

    it('is done anew for other credentials: what the old ones got is not used any more', async () => {
      const other = await openRig(subject)
      await readAll(rig.connection, entity)
      const moved = await connect(connector, other.sandbox, { tokens: rig.tokens })
      const { total } = await rig.at.calls()
      await readAll(moved.connection, entity)
      expect([rig.signIns(), (await rig.at.calls()).total]).to.deep.equal([2 * once, total])
      await moved.connection.close()
      await other.close()
    })

    it('is proved by a ping, also while what better credentials got is still stored', async () => {
      await readAll(rig.connection, entity)
      for (const name of used()) {
        const spoilt = await connect(connector, rig.sandbox, { tokens: rig.tokens, secrets: { [name]: 'spoilt' } })
        expect((await errorOf(() => spoilt.connection.ping())).kind).to.equal('auth')
      }
    })

    const { expireSignIns } = fixture
    if (expireSignIns) describeLapse(() => rig, subject, { entity, expireSignIns })

    it('shows no secret and no token, whatever an answer echoes', async () => {
      await readAll(rig.connection, entity)
      const echo = rig.secrets().join(' ')
      const told: string[] = []
      const own = fixture.quoting(echo)
      for (const status of [own.status, 200, 400, 401, 403, 404, 500])
        for (const { headers, body } of [own, { headers: {}, body: echo }]) {
          await rig.at.fault({ action: 'answer', status, headers, body, times: 1_000 })
          told.push(allOf(await errorOf(() => readAll(rig.connection, entity))))
          await rig.at.clearFaults()
        }
      // the answer was understood, so that what it quotes could have been shown
      expect(told.some(it => it.includes('Refused: '))).to.equal(true)
      expectNoSecrets(rig.secrets(), [...told, ...rig.logged])
    })
  })
}

function describeLapse(
  given: () => Rig,
  subject: Subject,
  { entity, expireSignIns }: { readonly entity: string; readonly expireSignIns: JsonObject },
): void {
  it('that has lapsed happens once for sixteen calls at the same time, each time that it lapses', async () => {
    const rig = given()
    const { key } = await samplesOf(rig, subject, entity)
    const rows = (await rig.at.records(entity)).map(it => String(it[key]))
    await readAll(rig.connection, entity)
    for (const expected of [2, 3]) {
      await rig.at.knobs(expireSignIns)
      const wishes = Array.from({ length: 16 }, (_, i) => rows[i % rows.length] ?? '')
      const answers = await Promise.all(
        wishes.map(value => readAll(rig.connection, entity, { where: { field: key, values: [value] } })),
      )
      expect(answers.map(it => it.keys)).to.deep.equal(wishes.map(it => [it]))
      expect(rig.signIns()).to.equal(expected)
    }
  })

  it('that lapses between two pages is renewed, and no record is missed', async () => {
    const rig = given()
    const keys: string[] = []
    for await (const page of rig.connection.read(entity, { select: [], deletes: false, pageSize: 3 })) {
      keys.push(...page.records.map(it => it.key))
      await rig.at.knobs(expireSignIns)
    }
    const { key } = await samplesOf(rig, subject, entity)
    const live = (await rig.at.records(entity)).map(it => String(it[key]))
    expect([...keys].sort()).to.deep.equal(live.sort())
  })
}
