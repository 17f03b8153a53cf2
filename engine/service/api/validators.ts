import type { ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifySchemaCompiler } from 'fastify'
import { badInput } from './errors.ts'

/** Words of a query become numbers; a body is taken as it is, and nothing of it is silently left out. */
export function createValidators(): FastifySchemaCompiler<object> {
  const strict = { strict: true, allErrors: false, allowUnionTypes: true } as const
  const bodies = new Ajv2020(strict)
  const texts = new Ajv2020({ ...strict, coerceTypes: true })
  for (const it of [bodies, texts]) addFormats.default(it)
  return ({ schema, httpPart }) => {
    const validate = (httpPart === 'body' ? bodies : texts).compile(schema)
    // no body at all is one without fields
    return data => (validate(data ?? {}) ? true : { error: mistaken(httpPart ?? 'request', validate.errors?.[0]) })
  }
}

function mistaken(part: string, error: ErrorObject | undefined): Error {
  const { instancePath = '', message = 'is wrong', params = {}, keyword } = error ?? {}
  const what: Readonly<Record<string, string>> = {
    additionalProperties: `: there is no "${String(params['additionalProperty'])}"`,
    enum: `: ${message} (${String(params['allowedValues'])})`,
  }
  return badInput(
    `${part}${instancePath}${what[keyword ?? ''] ?? `: ${message}`}`,
    'GET /api/v1/openapi.json says what this route takes.',
  )
}
