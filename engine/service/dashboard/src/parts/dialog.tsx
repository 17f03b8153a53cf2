import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { createPortal } from 'react-dom'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The browser's own modal dialog: it holds the focus, Esc closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  // outside of what holds it: neither its colours nor its layout are the dialog's
  return createPortal(
    <dialog ref={ref} aria-labelledby={name} onClose={onClose}>
      <div className="stack">
        <h2 id={name}>{title}</h2>
        {children}
      </div>
    </dialog>,
    document.body,
  )
}

interface ConfirmProps {
  readonly title: string
  readonly children: ReactNode
  /** What the button says: the thing that it does. */
  readonly does: string
  readonly isDanger?: boolean
  /** Asks for a reason, which goes into the audit trail. */
  readonly wantsReason?: boolean
  readonly onConfirm: (reason: string) => void
  readonly onClose: () => void
}

export function Confirm({ title, children, does, isDanger, wantsReason, onConfirm, onClose }: ConfirmProps) {
  const [reason, setReason] = useState('')
  const isReady = !wantsReason || reason.trim() !== ''
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={event => {
          event.preventDefault()
          if (!isReady) return
          onConfirm(reason.trim())
          onClose()
        }}
      >
        <div className="stack-small">{children}</div>
        {wantsReason && (
          <label className="field">
            Reason
            <input
              value={reason}
              required
              maxLength={500}
              placeholder="Shown to colleagues and kept in the audit trail"
              onChange={event => setReason(event.target.value)}
            />
          </label>
        )}
        <div className="dialog-feet">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={isDanger ? 'danger' : 'main'} disabled={!isReady}>
            {does}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
