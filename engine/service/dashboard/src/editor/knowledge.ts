import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { JsonObject } from '../../../../core/record.ts'
import { api } from '../data/api.ts'
import { useHere } from '../data/session.tsx'
import type { FlowKnowledge } from './complete.ts'

/** What completion knows of this workspace: asked for once, when it is first needed. */
export function useFlowKnowledge(): FlowKnowledge {
  const { workspace } = useHere()
  const client = useQueryClient()
  return useMemo(() => {
    let schema: JsonObject | undefined
    void client
      .fetchQuery({ queryKey: ['schema', 'flow'], queryFn: api.flowSchema, staleTime: Number.POSITIVE_INFINITY })
      .then(
        found => {
          schema = found
        },
        // without it the editor works, only less helpfully; the next visit asks again
        () => {},
      )
    return {
      schema: () => schema,
      entities: async connector => {
        const queryKey = [workspace, 'entities', connector]
        // an unknown connector has none
        return client
          .fetchQuery({ queryKey, queryFn: () => api.entities(workspace, connector), staleTime: 600_000 })
          .then(found => found.entities)
          .catch(() => [])
      },
    }
  }, [client, workspace])
}
