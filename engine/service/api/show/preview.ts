import { claimed, type LookedAtRecord, type Preview } from '../../../run/index.ts'
import { errorView } from '../errors.ts'
import type { PreviewRecordView } from '../views.ts'

export function previewRecordView(it: LookedAtRecord, found: Pick<Preview, 'targetUnread'>): PreviewRecordView {
  const { key, entity, step, source, mapped, differences, failure, waitsFor, isLeftAlone } = it
  return {
    ...{ key, entity, step, source, mapped, would: claimed(it.would, found) },
    because: waitsFor
      ? `waits for ${waitsFor.join(', ')}`
      : isLeftAlone
        ? 'changed at the target since it was written: left alone until its source changes'
        : '',
    // biome-ignore lint/suspicious/noThenProperty: the view is named so; it is never awaited by itself
    differences: differences.map(({ field, before, after }) => ({ field, now: before, then: after })),
    failure: failure ? errorView(failure) : null,
  }
}
