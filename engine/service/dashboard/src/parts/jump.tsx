import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent as Keyboard, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { Dialog } from './dialog.tsx'
import { usePath } from './links.tsx'

interface Goal {
  readonly to: string
  readonly text: string
  readonly kind: string
}

const MOST = 9

/** Ctrl+K (⌘K): to a flow, a page or a record by some letters of its name. */
export function Jump() {
  const [isOpen, setIsOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return
      event.preventDefault()
      setIsOpen(true)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button type="button" className="jump" aria-keyshortcuts="Control+K" onClick={() => setIsOpen(true)}>
        Go to … <kbd>Ctrl K</kbd>
      </button>
      {isOpen && <Goals onClose={() => setIsOpen(false)} />}
    </>
  )
}

function Goals({ onClose }: { readonly onClose: () => void }) {
  const [wanted, setWanted] = useState('')
  const [chosen, setChosen] = useState(0)
  const [, go] = useLocation()
  const goals = useGoals(wanted)
  const here = Math.min(chosen, goals.length - 1)
  const follow = (goal: Goal | undefined) => {
    if (!goal) return
    onClose()
    go(goal.to)
  }
  const onKeyDown = (event: Keyboard) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') follow(goals[here])
    else if (step === undefined) return
    else setChosen((here + step + goals.length) % goals.length)
    event.preventDefault()
  }
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        role="combobox"
        aria-label="Flow, page or key of a record"
        aria-expanded="true"
        aria-controls="goals"
        aria-activedescendant={`goal-${here}`}
        placeholder="Flow, page or key of a record"
        value={wanted}
        onKeyDown={onKeyDown}
        onChange={event => {
          setWanted(event.target.value)
          setChosen(0)
        }}
      />
      <div id="goals" role="listbox" aria-label="Places" className="picks">
        {goals.map((goal, index) => (
          <button
            key={goal.to}
            id={`goal-${index}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={index === here}
            onClick={() => follow(goal)}
          >
            <span>{goal.text}</span> <span className="muted small">{goal.kind}</span>
          </button>
        ))}
      </div>
    </Dialog>
  )
}

function useGoals(wanted: string): readonly Goal[] {
  const { workspace } = useHere()
  const path = usePath()
  const flows = useQuery({ queryKey: [workspace, 'flows'], queryFn: () => api.flows(workspace) })
  const pages: readonly Goal[] = [
    { to: path(), text: 'Overview', kind: 'page' },
    ...['Runs', 'Records', 'Dead letters', 'Connections', 'Playground'].map(text => ({
      to: path(text.toLowerCase().replace(' ', '-')),
      text,
      kind: 'page',
    })),
  ]
  const all = (flows.data?.flows ?? []).map(it => ({
    to: path('flows', it.name),
    text: it.title || it.name,
    kind: 'flow',
  }))
  const letters = wanted.trim().toLowerCase()
  const found = [...all, ...pages].filter(it => `${it.text} ${it.to}`.toLowerCase().includes(letters)).slice(0, MOST)
  if (letters === '') return found
  const key = wanted.trim()
  return [
    ...found,
    { to: `${path('records')}?${new URLSearchParams({ key })}`, text: key, kind: 'records of this key' },
  ]
}
