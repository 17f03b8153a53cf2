import { fields, flag, list, moment, named, object, orNull, text, whole } from '../schema.ts'
import type { ConnectionView, PingView } from '../views.ts'
import { pause, shared } from './parts.ts'

const { failureOrNull } = shared

export const ping = named<PingView>(
  'Ping',
  object<PingView>({
    at: moment,
    ok: flag,
    ms: whole,
    account: orNull(text),
    details: orNull(fields),
    error: failureOrNull,
  }),
)

export const connection = named<ConnectionView>(
  'Connection',
  object<ConnectionView>({
    name: text,
    connector: text,
    title: text,
    settings: fields,
    secrets: list(object<ConnectionView['secrets'][number]>({ name: text, isSet: flag })),
    usedBy: list(text),
    paused: orNull(pause.ref),
    tokens: list(object<ConnectionView['tokens'][number]>({ name: text, expiresAt: orNull(moment) })),
    limits: object<ConnectionView['limits']>({ concurrency: whole, running: whole, waiting: whole, calls: whole }),
    lastPing: orNull(ping.ref),
    canSubscribe: flag,
    subscriptions: list(
      object<ConnectionView['subscriptions'][number]>({
        ...{ id: text, entities: list(text), callbackUrl: text, createdAt: moment, expiresAt: orNull(moment) },
        failure: failureOrNull,
        failingSince: orNull(moment),
      }),
    ),
    deliveries: object<ConnectionView['deliveries']>({
      ...{ accepted: whole, duplicates: whole, refused: whole, lastAt: orNull(moment), foundByPoll: whole },
    }),
  }),
)
