import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query'

/** Answers that come page by page, newest first: `before` continues after the last one. */
export function usePaged<Page extends { readonly next?: string | number | null }>(
  queryKey: readonly unknown[],
  read: (before: string | number | undefined) => Promise<Page>,
) {
  return useInfiniteQuery<Page, Error, InfiniteData<Page>, readonly unknown[], string | number | undefined>({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined,
    getNextPageParam: last => last.next ?? undefined,
  })
}

interface MoreProps {
  readonly of: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; fetchNextPage(): unknown }
}

export function More({ of }: MoreProps) {
  if (!of.hasNextPage) return null
  return (
    <div className="foot">
      <button type="button" disabled={of.isFetchingNextPage} onClick={() => of.fetchNextPage()}>
        {of.isFetchingNextPage ? 'Loading …' : 'Show older'}
      </button>
    </div>
  )
}
