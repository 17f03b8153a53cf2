import { fromOwnOrigin } from '../../auth/same-site.ts'
import { type ApiRoute, route } from '../route.ts'
import { nothing, object, words } from '../schema.ts'
import { me } from '../shapes/parts.ts'
import type { MeView } from '../views.ts'
import { meView } from './workspaces.ts'

export const sessionRoutes: readonly ApiRoute[] = [
  route<undefined, { readonly token: string }, MeView>({
    method: 'POST',
    path: '/session',
    role: 'anyone',
    summary: 'sign a browser in: the cookie stands for the token for twelve hours',
    body: object({ token: words(256) }),
    bodyLimit: 4_096,
    answer: me.ref,
    handle: async ({ api, request, reply, body }) => {
      fromOwnOrigin(request, api.service.publicUrl)
      return meView(api, await api.door.begin(request, reply, body.token.trim()))
    },
  }),
  route({
    method: 'DELETE',
    path: '/session',
    role: 'anyone',
    summary: 'sign out: the cookie stands for nothing any more',
    answer: nothing,
    status: 204,
    handle: async ({ api, request, reply }) => {
      fromOwnOrigin(request, api.service.publicUrl)
      api.door.end(request, reply)
      return undefined
    },
  }),
]
