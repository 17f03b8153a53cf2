import { useState } from 'react'

const CHOICES = ['system', 'light', 'dark'] as const
type Choice = (typeof CHOICES)[number]

const held = (): Choice => CHOICES.find(it => it === localStorage.getItem('theme')) ?? 'system'

/** Light, dark, or as the system wishes; kept for the next visit (public/theme.js sets it before anything is painted). */
export function ThemeSwitch() {
  const [choice, setChoice] = useState(held)
  const next = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? 'system'
  const choose = () => {
    setChoice(next)
    localStorage.setItem('theme', next)
    if (next === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = next
  }
  return (
    <button type="button" className="compact" onClick={choose} title={`Switch to ${next}`}>
      Theme: {choice}
    </button>
  )
}
