import type { Outcome } from './live.ts'

/**
 * What is wrong with the end of a story; '' when nothing is. What looks back on purpose is read again and costs no write, since it is known how it
 * ended; but of a run that broke off nobody noted how the last records ended that it sent.
 */
export function complaintOf(it: Outcome): string {
  const { lost, doubled, wronglyDeleted, resent, cutOff, repeated, rereadInVain, endless } = it
  return [
    ...(resent > cutOff ? [`sent again: ${resent}, of at most ${cutOff}`] : []),
    ...(repeated > 0 ? [`given twice by one read: ${repeated}`] : []),
    ...(rereadInVain > 0 ? [`read although nothing had changed: ${rereadInVain}`] : []),
    ...(endless > 0 ? [`reads without an end: ${endless}`] : []),
    ...lost.map(key => `lost: ${key}`),
    ...doubled.map(key => `doubled: ${key}`),
    ...wronglyDeleted.map(key => `wrongly deleted: ${key}`),
  ].join('\n')
}
