import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ErrorView } from '../../../api/views.ts'
import { api } from '../data/api.ts'
import { errorOf } from '../data/client.ts'
import { Mark } from '../parts/icons.tsx'
import { Failure } from '../parts/notice.tsx'

/** In by a token. Where the person wanted to go follows by itself (`?then=`). */
export function SignInPage() {
  const [token, setToken] = useState('')
  const [error, setError] = useState<ErrorView['error']>()
  const [isBusy, setIsBusy] = useState(false)
  const client = useQueryClient()
  useEffect(() => {
    document.title = 'Sign in – ml-connector'
  }, [])
  const signIn = async () => {
    setIsBusy(true)
    setError(undefined)
    try {
      await api.signIn(token.trim())
      client.setQueryData(['me'], await api.me())
    } catch (thrown) {
      setError(plain(errorOf(thrown)))
      setIsBusy(false)
    }
  }
  return (
    <div className="entrance">
      <main id="content">
        <div className="row">
          <Mark />
          <h1>Sign in to ml-connector</h1>
        </div>
        <form
          className="stack"
          onSubmit={event => {
            event.preventDefault()
            void signIn()
          }}
        >
          <label className="field">
            Token
            <input
              type="password"
              name="token"
              autoComplete="current-password"
              // biome-ignore lint/a11y/noAutofocus: it is all that this page is for
              autoFocus
              required
              spellCheck={false}
              placeholder="mlc_…"
              value={token}
              onChange={event => setToken(event.target.value)}
            />
            <span className="hint">It stays on the service: this page keeps a session cookie only.</span>
          </label>
          {error && <Failure error={error} />}
          <button type="submit" className="main" disabled={isBusy || token.trim() === ''}>
            {isBusy ? 'Signing in …' : 'Sign in'}
          </button>
        </form>
        <p className="small muted">
          No token yet? In the folder of the workspace:
          <br />
          <code>ml-connector token create anna --role operator</code>
        </p>
      </main>
    </div>
  )
}

/** The API speaks to programs; here is a person with a token in the clipboard. */
function plain(error: ErrorView['error']): ErrorView['error'] {
  if (error.code !== 'API_SIGN_IN') return error
  return {
    ...error,
    message: 'This token is not in force',
    remedy: 'See whether all of it was copied, and whether it has expired or was revoked. An admin makes a new one.',
  }
}
