import type { JsonObject, SandboxAnswer } from '../../../engine/sdk/index.ts'
import { ACCOUNT_ID, defineField, requireFieldKey } from './account.ts'
import { empty, fault, json, notFound, RecordFault } from './answers.ts'
import { type Call, idParam, wrapped } from './call.ts'
import { CUSTOM_TYPES, type FieldDef, renderField } from './fields.ts'
import { unauthenticated } from './identity.ts'
import { asObject, listOf, nullableText } from './input.ts'
import type { Subject } from './model.ts'
import { list, rowsOf } from './paging.ts'
import { iso } from './times.ts'
import type { AccessToken } from './tokens.ts'
import { renderUser } from './users.ts'

/** The anonymous user is an answer too: 200 with no id (5). */
export function me(call: Call): SandboxAnswer {
  const { who, account, origin } = call
  if (who.is === 'anonymous')
    return json(200, {
      user: {
        id: null,
        url: `${origin}/api/v2/users/.json`,
        name: 'Anonymous user',
        email: 'invalid@example.com',
        role: 'end-user',
        active: true,
        verified: false,
      },
    })
  const user = account.users.get(who.userId)
  if (!user) throw unauthenticated()
  return json(200, {
    user: { ...renderUser(account, { ...user, role: account.knobs.role }, origin), authenticity_token: '' },
  })
}

export const accountSettings = (_call: Call): SandboxAnswer =>
  json(200, { settings: { active_features: { user_org_fields: true }, account_id: ACCOUNT_ID } })

function tokenOf({ who }: Call): AccessToken {
  if (who.is === 'anonymous') throw unauthenticated()
  if (!who.token) throw notFound()
  return who.token
}

export function currentToken(call: Call): SandboxAnswer {
  const it = tokenOf(call)
  const when = (seconds: number | null) => (seconds === null ? null : iso(seconds))
  return json(200, {
    token: {
      url: `${call.origin}/api/v2/oauth/tokens/${it.id}.json`,
      id: it.id,
      user_id: call.who.is === 'user' ? call.who.userId : null,
      scopes: it.scopes,
      token: it.value.slice(0, 10),
      created_at: iso(it.createdAt),
      expires_at: when(it.expiresAt),
      refresh_token_expires_at: when(it.refreshExpiresAt),
    },
  })
}

export function revokeToken(call: Call): SandboxAnswer {
  if (!call.oauth.revoke(idParam(call))) throw notFound()
  return empty
}

export const jobCalls = {
  list: (call: Call) => call.jobs.list(null, call.origin),
  show: (call: Call) => call.jobs.show(call.params[0] ?? '', call.origin),
  showMany: (call: Call) => call.jobs.list(listOf(call.query.get('ids')), call.origin),
}

/** Definitions of custom fields: `organization_fields`, `user_fields`, `ticket_fields`. */
export function fieldCalls(subject: Subject) {
  const wrapper = `${subject}_field`
  const show = (call: Call, def: FieldDef, position: number): JsonObject =>
    renderField(def, position, `${call.origin}/api/v2/${wrapper}s/${def.id}.json`)
  const all = (call: Call) => [...call.account.fields[subject].values()]
  return {
    list: (call: Call) => {
      const defs = all(call)
      const render = (it: FieldDef) => show(call, it, defs.indexOf(it))
      return list(call, { name: `${wrapper}s`, store: rowsOf(defs), accept: () => true, render })
    },
    show: (call: Call) => {
      const [id, index] = [idParam(call), all(call).findIndex(it => String(it.id) === call.params[0])]
      const found = all(call)[index]
      if (!found || found.id !== id) throw notFound()
      return json(200, { [wrapper]: show(call, found, index) })
    },
    create: (call: Call) => {
      const given = wrapped(call, wrapper)
      const def = addField(call, subject, given)
      const shown = show(call, def, all(call).length - 1)
      return json(201, { [wrapper]: shown }, { location: String(shown['url']) })
    },
  }
}

function addField({ account }: Call, subject: Subject, given: JsonObject): FieldDef {
  const [type, title, key] = [String(given['type'] ?? 'text'), nullableText(given['title']), nullableText(given['key'])]
  if (!CUSTOM_TYPES.includes(type)) throw new RecordFault([fault('type', 'InvalidValue', `Type: ${type} is not valid`)])
  if (title === null) throw new RecordFault([fault('title', 'BlankValue', 'Title: cannot be blank')])
  if (subject !== 'ticket') requireFieldKey(account, subject, key ?? '')
  const options = Array.isArray(given['custom_field_options']) ? given['custom_field_options'] : []
  return defineField(account, subject, {
    type,
    title,
    key: subject === 'ticket' ? null : key,
    description: nullableText(given['description']) ?? '',
    regexp: nullableText(given['regexp_for_validation']),
    target: nullableText(given['relationship_target_type']),
    options: options.map(it => ({ name: String(asObject(it)?.['name']), value: String(asObject(it)?.['value']) })),
  })
}
