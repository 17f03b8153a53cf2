import type { ApiRoute } from '../route.ts'
import { eventRoutes } from './events.ts'
import { flowRoutes } from './flows.ts'
import { runRoutes } from './runs.ts'
import { sessionRoutes } from './session.ts'
import { workspaceRoutes } from './workspaces.ts'

/** All routes below /api/v1, in the order of the OpenAPI document. */
export const ROUTES: readonly ApiRoute[] = [
  ...sessionRoutes,
  ...workspaceRoutes,
  ...flowRoutes,
  ...runRoutes,
  ...eventRoutes,
]
