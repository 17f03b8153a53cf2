import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import type { Role } from '../../../../core/operations.ts'
import type { MeView } from '../../../api/views.ts'
import { api } from './api.ts'
import { ApiError } from './client.ts'

/** Who is signed in, in which workspace. */
export interface Here {
  readonly me: MeView
  readonly workspace: string
  readonly role: Role
}

const HereContext = createContext<Here | undefined>(undefined)

export function InWorkspace({ here, children }: { readonly here: Here; readonly children: ReactNode }) {
  return <HereContext value={here}>{children}</HereContext>
}

/** Only inside a workspace's pages. */
export function useHere(): Here {
  const here = useContext(HereContext)
  if (!here) throw new Error('this part belongs on a page of a workspace')
  return here
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 }

/** May this person do what needs that role, here? */
export function useMay(role: Role): boolean {
  return RANK[useHere().role] >= RANK[role]
}

/** null when nobody is signed in. */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: async (): Promise<MeView | null> => {
      try {
        return await api.me()
      } catch (thrown) {
        if (thrown instanceof ApiError && thrown.status === 401) return null
        throw thrown
      }
    },
    staleTime: 60_000,
  })
}
