import {
  byName,
  choice,
  described,
  extended,
  fields,
  flag,
  json,
  list,
  moment,
  named,
  object,
  orNull,
  text,
  whole,
} from '../schema.ts'
import type {
  DeadLetterDetailView,
  DeadLetterView,
  LineageView,
  PreviewRecordView,
  PreviewView,
  ReplayedLetterView,
  ReplayPreviewView,
} from '../views.ts'
import { diagnostic, record, shared, trigger } from './parts.ts'

const { source, failure, failureOrNull } = shared

type Target = LineageView['targets'][number]
type FieldOrigin = Target['fields'][number]

export const lineage = named<LineageView>(
  'Lineage',
  object<LineageView>({
    source,
    flow: object<LineageView['flow']>({ name: text, title: text, file: text, hash: text, isCurrent: flag }),
    targets: list(
      object<Target>({
        ...{
          step: text,
          connection: text,
          entity: text,
          id: text,
          writtenAt: moment,
          runId: text,
          trigger,
          actor: text,
        },
        fields: list(
          object<FieldOrigin>(
            {
              ...{ field: text, expression: text, file: text, line: whole, column: whole, isChanged: flag },
              mapped: described(json, 'with live=true: what the record of the source gives now'),
              held: described(json, 'with live=true: what the target holds now'),
            },
            'mapped',
            'held',
          ),
        ),
      }),
    ),
    events: list(record.ref),
  }),
)

export const deadState = choice('open', 'retrying', 'resolved', 'discarded')
export const deadLetter = named<DeadLetterView>(
  'DeadLetter',
  object<DeadLetterView>({
    ...{ id: text, flow: text, step: text, source, change: choice('upsert', 'delete'), state: deadState },
    failure: failure.ref,
    attempts: whole,
    firstSeenAt: moment,
    lastSeenAt: moment,
    runId: text,
    resolvedByRun: orNull(text),
    discardReason: orNull(text),
  }),
)

type Place = NonNullable<DeadLetterDetailView['place']>
export const deadLetterDetail = named<DeadLetterDetailView>(
  'DeadLetterDetail',
  extended<DeadLetterView, DeadLetterDetailView>(deadLetter.schema, {
    body: described(orNull(fields), 'the record as it was read; null for viewers, and when it is not kept any more'),
    place: orNull(object<Place>({ file: text, line: whole, column: whole, text })),
  }),
)

const WOULD = ['create', 'update', 'same', 'filter', 'reject', 'park', 'delete', 'unknown'] as const

export const previewRecord = named<PreviewRecordView>(
  'PreviewRecord',
  object<PreviewRecordView>({
    ...{ key: text, entity: text, step: text },
    would: choice(...WOULD),
    because: text,
    source: fields,
    mapped: orNull(fields),
    // biome-ignore lint/suspicious/noThenProperty: the view is named so; it is never awaited by itself
    differences: list(object<PreviewRecordView['differences'][number]>({ field: text, now: json, then: json })),
    failure: failureOrNull,
  }),
)

export const preview = named<PreviewView>(
  'Preview',
  object<PreviewView>({
    diagnostics: list(diagnostic.ref),
    records: list(previewRecord.ref),
    counts: byName(whole),
    targetUnread: failureOrNull,
  }),
)

const replayedLetter = object<ReplayedLetterView>({
  ...{ id: text, flow: text, source },
  from: choice('stored', 'source'),
  diedOf: failure.ref,
  would: described(
    choice(...WOULD, 'overtaken', 'missing'),
    'overtaken: healed by now, or a newer version is known, and nothing is written for it; missing: its record is kept nowhere',
  ),
  isSameFailure: described(orNull(flag), 'of one that would be rejected: for what it died of already'),
  records: list(previewRecord.ref),
})

export const replayPreview = named<ReplayPreviewView>(
  'ReplayPreview',
  object<ReplayPreviewView>({
    letters: list(replayedLetter),
    counts: byName(whole),
    chosen: described(whole, 'how many a replay would take: there may be more than were looked at'),
    targetUnread: failureOrNull,
  }),
)
