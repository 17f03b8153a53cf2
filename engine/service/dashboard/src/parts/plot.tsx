import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { RunView } from '../../../api/views.ts'

const HEIGHT = 220
// a run is a moment, not a slope: bars, at least some pixels wide
const BARS = uPlot.paths.bars?.({ size: [0.6, 22, 5] })
const LEAST_S = 60

const SERIES = [
  { label: 'read', colour: '--line-strong', of: (it: RunView) => it.counts.read },
  { label: 'written', colour: '--ok', of: (it: RunView) => it.counts.written },
  { label: 'dead', colour: '--bad', of: (it: RunView) => it.counts.dead },
] as const

/** Records of the runs over time: read, written, dead. The table below says the same in words. */
export default function Plot({ runs }: { readonly runs: readonly RunView[] }) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const place = host.current
    if (!place) return
    const draw = () => new uPlot(optionsOf(place), dataOf(runs), place)
    let plot = draw()
    const size = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }))
    size.observe(place)
    // colours are drawn into the picture: another theme draws it anew
    const redraw = () => {
      plot.destroy()
      plot = draw()
    }
    const theme = new MutationObserver(redraw)
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const wish = matchMedia('(prefers-color-scheme: dark)')
    wish.addEventListener('change', redraw)
    return () => {
      size.disconnect()
      theme.disconnect()
      wish.removeEventListener('change', redraw)
      plot.destroy()
    }
  }, [runs])
  return <div ref={host} className="plot" role="img" aria-label="Records read, written and dead, run by run" />
}

function dataOf(runs: readonly RunView[]): uPlot.AlignedData {
  const inOrder = runs.toReversed()
  return [inOrder.map(it => Date.parse(it.startedAt) / 1_000), ...SERIES.map(({ of }) => inOrder.map(of))]
}

/** Room for the first and the last bar, and a width where there is one run only: of a single moment the library would make years. */
function padded({ data: [times] }: uPlot, from: number, to: number): [number, number] {
  const [first, last] = times.length > 1 ? [from, to] : [times[0] ?? from, times[0] ?? from]
  const room = Math.max((last - first) * 0.04, LEAST_S)
  return [first - room, last + room]
}

function optionsOf(place: HTMLElement): uPlot.Options {
  const style = getComputedStyle(place)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
  }
  return {
    width: Math.max(place.clientWidth, 200),
    height: HEIGHT,
    cursor: { y: false },
    // runs come and go: a range of one moment has no width
    scales: { x: { time: true, range: padded }, y: { range: (_plot, _min, max) => [0, Math.max(max, 1)] } },
    axes: [axis, { ...axis, size: 56 }],
    series: [
      {},
      ...SERIES.map(it => ({
        label: it.label,
        stroke: colour(it.colour),
        fill: colour(it.colour),
        // an outline would make a line of a bar that is none
        width: 0,
        ...(BARS ? { paths: BARS } : {}),
        points: { show: false },
      })),
    ],
  }
}
