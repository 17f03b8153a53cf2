import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useToast } from '../parts/toast.tsx'
import { errorOf } from './client.ts'
import { useHere } from './session.tsx'

/** Something that a person does: says that it is done (null: the page shows it), or why not, and has the workspace's data read anew. */
export function useAct<Wish, Answer>(
  perform: (wish: Wish) => Promise<Answer>,
  says: string | ((wish: Wish, answer: Answer) => string | null),
) {
  const { workspace } = useHere()
  const client = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: perform,
    onSuccess: (answer, wish) => {
      const text = typeof says === 'string' ? says : says(wish, answer)
      if (text !== null) toast.done(text)
    },
    onError: thrown => toast.failed(errorOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: [workspace] }),
  })
}
