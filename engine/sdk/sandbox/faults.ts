import type { Fault, SandboxRequest } from './spec.ts'

/** The faults that a sandbox still has to act out. */
export function createFaults() {
  let faults: { readonly fault: Fault; seen: number }[] = []
  return {
    add: (fault: Fault) => {
      faults.push({ fault, seen: 0 })
    },
    clear: () => {
      faults = []
    },
    count: () => faults.length,
    /** The fault that hits this request, if any; each that matches counts it. */
    next: (request: SandboxRequest): Fault | undefined => {
      const target = `${request.method} ${request.path}${request.query.size > 0 ? `?${request.query}` : ''}`
      let hit: Fault | undefined
      for (const it of faults) {
        if (it.fault.path !== undefined && !new RegExp(it.fault.path).test(target)) continue
        if (it.fault.bodyContains !== undefined && !request.body.includes(it.fault.bodyContains)) continue
        it.seen += 1
        const first = it.fault.nth ?? 1
        const isDue = it.seen >= first && it.seen < first + (it.fault.times ?? 1)
        if (isDue && !hit) hit = it.fault
      }
      faults = faults.filter(it => it.seen < (it.fault.nth ?? 1) + (it.fault.times ?? 1) - 1)
      return hit
    },
  }
}
