import type { ApiRoute } from '../route.ts'
import { connectionRoutes } from './connections.ts'
import { deadLetterRoutes } from './dead-letters.ts'
import { editorRoutes } from './editor.ts'
import { eventRoutes } from './events.ts'
import { flowRoutes } from './flows.ts'
import { previewRoutes } from './preview.ts'
import { recordRoutes } from './records.ts'
import { replayRoutes } from './replay.ts'
import { replayPreviewRoutes } from './replay-preview.ts'
import { replayRecordsRoutes } from './replay-records.ts'
import { runRoutes } from './runs.ts'
import { sessionRoutes } from './session.ts'
import { tokenRoutes } from './tokens.ts'
import { workspaceRoutes } from './workspaces.ts'

/** All routes below /api/v1, in the order of the OpenAPI document. */
export const ROUTES: readonly ApiRoute[] = [
  ...sessionRoutes,
  ...workspaceRoutes,
  ...flowRoutes,
  ...runRoutes,
  ...eventRoutes,
  ...recordRoutes,
  ...deadLetterRoutes,
  ...replayRoutes,
  ...replayRecordsRoutes,
  ...replayPreviewRoutes,
  ...connectionRoutes,
  ...editorRoutes,
  ...previewRoutes,
  ...tokenRoutes,
]
