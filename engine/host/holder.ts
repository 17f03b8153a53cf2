import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import process from 'node:process'

// the kernel's boot time, from which start times count, wanders by a second
const SAME_START_MS = 3_000
const TICK_MS = 10

/** Who this process is to a lease: `host:pid:startMs`, and whatever a caller adds behind. The start tells it from a later process with the same number. */
export function holderName(): string {
  return `${hostname()}:${process.pid}:${startedAtMs(process.pid) ?? Math.round(Date.now() - process.uptime() * 1_000)}`
}

/** False only when the process is certainly gone: on this machine, and with no process of that number and start. */
export function isHolderAlive(holder: string): boolean {
  const [host, pid, start] = holder.split(':')
  if (host !== hostname() || !Number.isInteger(Number(pid))) return true
  try {
    process.kill(Number(pid), 0)
  } catch (thrown) {
    // EPERM: it is there and belongs to somebody else
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
  const since = startedAtMs(Number(pid))
  return since === undefined || Math.abs(since - Number(start)) <= SAME_START_MS
}

/** From Linux's /proc; undefined elsewhere. */
function startedAtMs(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the command's name may hold spaces and brackets: fields count from behind it
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    const boot = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1])
    const at = boot * 1_000 + ticks * TICK_MS
    return Number.isFinite(at) ? at : undefined
  } catch {
    return undefined
  }
}
