import { expect } from 'chai'
import { FORMATS, formatDiagnostics } from '../../engine/flow/index.ts'
import { baseFlow, checkFlow } from './support.ts'

const { diagnostics } = checkFlow(
  baseFlow().replace('CONTACT.PHONE1', 'CONTACT.PHONE').replace('Rating: 3', 'Rating: 3.5'),
)

describe('diagnostics', () => {
  it('are printed for people with place, frame and remedy', () => {
    const text = formatDiagnostics(diagnostics, 'pretty')
    expect(text.split('\n').slice(0, 5)).to.deep.equal([
      'flow.yaml:20:18  error  VENDOR.CONTACT has no field "PHONE"  FLOW_UNKNOWN_SOURCE_FIELD',
      '  19 |   ${keyField}: VENDORID',
      '  20 |   Phone: CONTACT.PHONE',
      '     |                  ^^^^^',
      '  Did you mean "PHONE1"? Valid: EMAIL1, PHONE1, ADDRESS.',
    ])
    expect(text.split('\n').at(-1)).to.equal('2 errors')
  })

  it('are printed as JSON', () => {
    expect(JSON.parse(formatDiagnostics(diagnostics, 'json'))).to.deep.equal(diagnostics)
  })

  it('are printed as workflow commands, one line each, escaped', () => {
    const odd = diagnostics.map(it => ({ ...it, file: 'a,b:c.yaml', message: '100%\nsure: "x"' }))
    const lines = formatDiagnostics(odd, 'github').split('\n')
    expect(lines.length).to.equal(2)
    expect(lines[0]).to.match(
      /^::error file=a%2Cb%3Ac\.yaml,line=20,endLine=20,col=18,endColumn=23,title=FLOW_UNKNOWN_SOURCE_FIELD::100%25%0Asure: "x"\. Did/,
    )
  })

  it('are printed as SARIF 2.1.0', () => {
    const log = JSON.parse(formatDiagnostics(diagnostics, 'sarif'))
    expect(log.version).to.equal('2.1.0')
    const [run] = log.runs
    const rules = run.tool.driver.rules.map((it: { id: string }) => it.id)
    expect(rules).to.deep.equal(['FLOW_LITERAL_TYPE', 'FLOW_UNKNOWN_SOURCE_FIELD'])
    for (const result of run.results) {
      expect(rules[result.ruleIndex]).to.equal(result.ruleId)
      expect(result.level).to.be.oneOf(['error', 'warning', 'note'])
      expect(result.message.text).to.be.a('string')
      const { region, artifactLocation } = result.locations[0].physicalLocation
      expect(artifactLocation.uri).to.equal('flow.yaml')
      expect(region.endColumn).to.be.greaterThan(region.startColumn)
    }
    expect(run.results[0].locations[0].physicalLocation.region).to.deep.equal({
      startLine: 20,
      startColumn: 18,
      endLine: 20,
      endColumn: 23,
    })
  })

  it('print nothing to worry about when there are none', () => {
    expect(FORMATS.map(it => formatDiagnostics([], it)).slice(0, 3)).to.deep.equal(['', '[]', ''])
    expect(JSON.parse(formatDiagnostics([], 'sarif')).runs[0].results).to.deep.equal([])
  })
})
