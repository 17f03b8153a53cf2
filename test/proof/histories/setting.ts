import type { Connector } from '../../../engine/sdk/connector.ts'
import type { Setting, Story } from './story.ts'

/** An option that a sandbox may have, told by its name and help, and the value that brings the setting about. */
interface Option {
  readonly name: string
  readonly help: RegExp
  readonly value: string
}

const UNORDERED: readonly Option[] = [
  { name: 'order', help: /shuffled/, value: 'shuffled' },
  { name: 'order', help: /entry/, value: 'entry' },
  { name: 'pageTokens', help: /count/, value: 'count' },
]

/** Fewer than the records that an example makes, more than any instant of it has. */
const CAPPED: readonly Option[] = [
  { name: 'pageTokenCap', help: /chain/, value: '6' },
  { name: 'pageSize', help: /\$top/, value: '3' },
]

const localIn = (zone: string, at: Date): readonly Option[] => [
  { name: 'timeZone', help: /zone/, value: zone },
  { name: 'timestampsIn', help: /tenant/, value: 'tenant' },
  { name: 'gmtOffset', help: /offset/, value: offsetOf(zone, at) },
  { name: 'utcOffset', help: /offset/, value: offsetOf(zone, at) },
]

/** `-05:00` */
function offsetOf(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
  const offset = parts.find(it => it.type === 'timeZoneName')?.value.replace('GMT', '')
  return offset === undefined || offset === '' ? '+00:00' : offset
}

function wishesOf({ zone, isUnordered, isCapped }: Setting, at: Date): readonly Option[] {
  return [
    ...(zone === undefined ? [] : localIn(zone, at)),
    ...(isUnordered ? UNORDERED : []),
    ...(isCapped ? CAPPED : []),
  ]
}

/** Options of this connector's sandbox that make the setting of a story. A sandbox that has no say in a part of it is as it is. */
export function optionsFor(
  { sandbox }: Connector,
  { setting, startsAt }: Pick<Story, 'setting' | 'startsAt'>,
): Readonly<Record<string, string>> {
  const fitting = wishesOf(setting, new Date(startsAt)).filter(it => it.help.test(sandbox.options[it.name] ?? ''))
  return Object.fromEntries(fitting.map(it => [it.name, it.value]))
}

/**
 * Page tokens that count records instead of holding a place: an edit takes a record out of those before, the rest moves up, and one slips over the
 * border of a page. No filter of the system tells which; the sweep brings it.
 */
export const slipsUnseen = (connector: Connector, story: Pick<Story, 'setting' | 'startsAt'>): boolean =>
  optionsFor(connector, story)['pageTokens'] === 'count'
