import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './client.ts'

const MOST_RETRIES = 2

/** What the service refused is refused again; what did not reach it may. */
const mayRetry = (count: number, thrown: Error) =>
  thrown instanceof ApiError && (thrown.status === 0 || thrown.status >= 502) && count < MOST_RETRIES

export const queryClient = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: mayRetry, refetchOnWindowFocus: true } },
})
