import { useQuery } from '@tanstack/react-query'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'

interface SelectProps {
  readonly label: string
  /** The choice of everything; without it one must be chosen. */
  readonly all?: string
  readonly of: readonly (string | { readonly value: string; readonly text: string })[]
  readonly value: string
  readonly onChange: (value: string) => void
}

export function Select({ label, all, of, value, onChange }: SelectProps) {
  const options = of.map(it => (typeof it === 'string' ? { value: it, text: it } : it))
  return (
    <label className="field">
      {label}
      <select value={value} onChange={event => onChange(event.target.value)}>
        {all !== undefined && <option value="">{all}</option>}
        {/* one that an address names and that is not among them is shown all the same */}
        {value !== '' && !options.some(it => it.value === value) && <option value={value}>{value}</option>}
        {options.map(it => (
          <option key={it.value} value={it.value}>
            {it.text}
          </option>
        ))}
      </select>
    </label>
  )
}

export function FlowSelect({
  value,
  onChange,
  all = 'All flows',
}: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly all?: string
}) {
  const { workspace } = useHere()
  const flows = useQuery({ queryKey: [workspace, 'flows'], queryFn: () => api.flows(workspace) })
  const of = (flows.data?.flows ?? []).map(it => ({ value: it.name, text: it.title || it.name }))
  return <Select label="Flow" all={all} of={of} value={value} onChange={onChange} />
}

interface TextProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly placeholder?: string
  readonly isSearch?: boolean
  readonly type?: 'text' | 'datetime-local'
}

export function Text({ label, value, onChange, placeholder, isSearch, type = 'text' }: TextProps) {
  return (
    <label className="field">
      {label}
      <input
        type={type}
        value={value}
        placeholder={placeholder}
        data-search={isSearch || undefined}
        spellCheck={false}
        onChange={event => onChange(event.target.value)}
      />
    </label>
  )
}
