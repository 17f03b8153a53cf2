import { type InfiniteData, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'

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
    // what is searched for next takes the place of what is there, without a flicker between
    placeholderData: keepPreviousData,
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
