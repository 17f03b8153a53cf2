import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './client.ts'

const MOST_RETRIES = 2

/** What the service refused is refused again; what did not reach it may. */
const mayRetry = (count: number, thrown: Error) =>
  thrown instanceof ApiError && (thrown.status === 0 || thrown.status >= 502) && count < MOST_RETRIES

/** A session that has ended, or a token that was revoked: the sign-in page comes by itself. */
const onError = (thrown: Error) => {
  if (thrown instanceof ApiError && thrown.status === 401) queryClient.setQueryData(['me'], null)
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { staleTime: 5_000, retry: mayRetry, refetchOnWindowFocus: true } },
})
