import { useSyncExternalStore } from 'react'
import { fromNow, moment } from '../data/show.ts'

// one clock for the page: hundreds of relative times tick together
const EVERY_MS = 1_000
let now = Date.now()
let timer: number | undefined
const watchers = new Set<() => void>()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  timer ??= window.setInterval(() => {
    now = Date.now()
    for (const it of watchers) it()
  }, EVERY_MS)
  return () => {
    watchers.delete(watcher)
    if (watchers.size > 0) return
    window.clearInterval(timer)
    timer = undefined
  }
}

export function useNow(): number {
  return useSyncExternalStore(watch, () => now)
}

/** A moment as people say it; the exact one on hovering. */
export function Time({ at }: { readonly at: string }) {
  const ticking = useNow()
  return (
    <time dateTime={at} title={moment(at)} className="nowrap">
      {fromNow(at, Math.max(ticking, Date.now() - EVERY_MS))}
    </time>
  )
}
