import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import type { ErrorView } from '../../../api/views.ts'

interface Toast {
  readonly id: number
  readonly text: string
  readonly remedy: string | null
  readonly isBad: boolean
}

interface Toaster {
  done(text: string): void
  failed(error: ErrorView['error']): void
}

const ToastContext = createContext<Toaster | undefined>(undefined)
const STAYS_MS = 6_000
const MOST = 4
let ids = 0

export function useToast(): Toaster {
  const toaster = useContext(ToastContext)
  if (!toaster) throw new Error('this part belongs inside Toasts')
  return toaster
}

/** Short words about what was done, read out by screen readers. What failed stays until it is closed. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([])
  const toaster = useMemo((): Toaster => {
    const close = (id: number) => setToasts(now => now.filter(it => it.id !== id))
    const show = (toast: Omit<Toast, 'id'>) => {
      const id = ids++
      setToasts(now => [...now, { ...toast, id }].slice(-MOST))
      if (!toast.isBad) window.setTimeout(() => close(id), STAYS_MS)
    }
    return {
      done: text => show({ text, remedy: null, isBad: false }),
      failed: ({ message, remedy }) => show({ text: message, remedy, isBad: true }),
    }
  }, [])
  return (
    <ToastContext value={toaster}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(it => (
          <div key={it.id} className={it.isBad ? 'toast bad' : 'toast'}>
            <div>
              <p>{it.text}</p>
              {it.remedy !== null && <p className="small muted">{it.remedy}</p>}
            </div>
            <button
              type="button"
              className="bare compact icon"
              aria-label="Close message"
              onClick={() => setToasts(now => now.filter(other => other.id !== it.id))}
            >
              ×
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  )
}
