import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { TokenView } from '../../../api/views.ts'
import { useAct } from '../data/act.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import { CopyButton } from '../parts/copy.tsx'
import { Confirm, Dialog } from '../parts/dialog.tsx'
import { Select, Text } from '../parts/fields.tsx'
import { Empty, Loaded } from '../parts/notice.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { Tag } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { Time, useNow } from '../parts/time.tsx'

/** Who may use API and dashboard of this workspace. For admins. */
export default function TokensPage() {
  const { workspace } = useHere()
  const tokens = useQuery({ queryKey: [workspace, 'tokens'], queryFn: () => api.tokens(workspace) })
  const [isMaking, setIsMaking] = useState(false)
  return (
    <Page
      title="Tokens"
      lead="Each person and each program has a token of its own: its name stands in the audit trail."
      actions={
        <button type="button" className="main" onClick={() => setIsMaking(true)}>
          New token
        </button>
      }
    >
      <Panel isFlush>
        <Loaded of={tokens}>
          {({ tokens: all }) =>
            all.length === 0 ? (
              <Empty title="No tokens" />
            ) : (
              <Table caption="Tokens" columns={COLUMNS} rows={all} keyOf={it => it.id} />
            )
          }
        </Loaded>
      </Panel>
      {isMaking && <NewToken onClose={() => setIsMaking(false)} />}
    </Page>
  )
}

const ROLES = [
  { value: 'viewer', text: 'viewer: sees' },
  { value: 'operator', text: 'operator: also runs, replays and discards' },
  { value: 'admin', text: 'admin: also pauses connections and makes tokens' },
]
const LASTS = [
  { value: '30d', text: '30 days' },
  { value: '90d', text: '90 days' },
  { value: '365d', text: 'a year' },
  { value: '', text: 'until it is revoked' },
]

function NewToken({ onClose }: { readonly onClose: () => void }) {
  const { workspace } = useHere()
  const [name, setName] = useState('')
  const [role, setRole] = useState('viewer')
  const [expires, setExpires] = useState('90d')
  const make = useAct(
    () => api.newToken(workspace, { name: name.trim(), role, ...(expires === '' ? {} : { expires }) }),
    'The token is made',
  )
  if (make.data)
    return (
      <Dialog title={`The token of ${name}`} onClose={onClose}>
        <p>Copy it now: it is shown this once, and only its hash is kept.</p>
        <p className="secret-once">{make.data.token}</p>
        <div className="dialog-feet">
          <CopyButton text={make.data.token} />
          <button type="button" className="main" onClick={onClose}>
            Done
          </button>
        </div>
      </Dialog>
    )
  return (
    <Dialog title="New token" onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault()
          make.mutate(undefined)
        }}
      >
        <Text label="Whose it is" placeholder="anna, or the name of a program" value={name} onChange={setName} />
        <Select label="Role" of={ROLES} value={role} onChange={setRole} />
        <Select label="Valid for" of={LASTS} value={expires} onChange={setExpires} />
        <div className="dialog-feet">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="main" disabled={name.trim() === '' || make.isPending}>
            Make token
          </button>
        </div>
      </form>
    </Dialog>
  )
}

const COLUMNS: readonly Column<TokenView>[] = [
  { head: 'Whose', look: 'whole', cell: it => <strong>{it.name}</strong> },
  { head: 'Role', look: 'tight', cell: it => it.role },
  { head: 'State', look: 'tight', cell: it => <State token={it} /> },
  { head: 'Made', look: 'tight', cell: it => <Time at={it.createdAt} /> },
  { head: 'Last used', look: 'tight', cell: it => (it.lastUsedAt === null ? 'never' : <Time at={it.lastUsedAt} />) },
  { head: 'Expires', look: 'tight', cell: it => (it.expiresAt === null ? 'never' : <Time at={it.expiresAt} />) },
  { head: 'Do', look: 'tight', cell: it => <Revoke token={it} /> },
]

function State({ token: { revokedAt, expiresAt } }: { readonly token: TokenView }) {
  const now = useNow()
  if (revokedAt !== null) return <Tag tone="quiet">revoked</Tag>
  return expiresAt !== null && Date.parse(expiresAt) <= now ? (
    <Tag tone="quiet">expired</Tag>
  ) : (
    <Tag tone="ok">in force</Tag>
  )
}

function Revoke({ token: { id, name, revokedAt } }: { readonly token: TokenView }) {
  const { workspace } = useHere()
  const [isAsking, setIsAsking] = useState(false)
  const revoke = useAct(() => api.revokeToken(workspace, id), `The token of ${name} is revoked`)
  if (revokedAt !== null) return <span className="muted">–</span>
  return (
    <>
      <button type="button" className="compact danger" aria-label={`Revoke ${name}`} onClick={() => setIsAsking(true)}>
        Revoke
      </button>
      {isAsking && (
        <Confirm
          title={`Revoke the token of ${name}?`}
          does="Revoke"
          isDanger
          onConfirm={() => revoke.mutate(undefined)}
          onClose={() => setIsAsking(false)}
        >
          <p>Whoever uses it is signed out at once. It cannot be taken back; a new one can be made.</p>
        </Confirm>
      )}
    </>
  )
}
