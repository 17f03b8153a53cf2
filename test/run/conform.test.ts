import { expect } from 'chai'
import type { Field } from '../../engine/core/fields.ts'
import type { Json } from '../../engine/core/record.ts'
import { conformValue } from '../../engine/run/stages/conform.ts'

const of = (field: Field, value: Json): Json => {
  const answer = conformValue('F', field, value)
  return answer.ok ? answer.value : (answer.failure.code as Json)
}

describe('conforming a mapped value to the sink', () => {
  const cases: readonly (readonly [string, Field, Json, Json])[] = [
    ['keeps leading zeros of a text', { type: 'string' }, '0000010', '0000010'],
    ['keeps 1E5 as text', { type: 'string' }, '1E5', '1E5'],
    ['keeps the text true', { type: 'string' }, 'true', 'true'],
    ['prints a number into a text field', { type: 'string' }, 42, '42'],
    ['refuses an object for a text', { type: 'string' }, { a: 1 }, 'RUN_FIELD_TYPE'],
    ['reads a decimal text as a number', { type: 'number' }, '2500.50', 2500.5],
    ['reads zero', { type: 'number' }, '0.00', 0],
    ['reads a negative number', { type: 'number' }, '-0.05', -0.05],
    ['refuses digits that a double would lose', { type: 'number' }, '12345678901234567890', 'RUN_FIELD_TYPE'],
    ['refuses an exponent, which nobody meant', { type: 'number' }, '1E5', 'RUN_FIELD_TYPE'],
    ['refuses thousands separators', { type: 'number' }, '1,000', 'RUN_FIELD_TYPE'],
    ['refuses a fraction for a whole number', { type: 'integer' }, '1.5', 'RUN_FIELD_TYPE'],
    ['reads true and false of a source that prints them', { type: 'boolean' }, 'false', false],
    ['does not guess a boolean', { type: 'boolean' }, 'yes', 'RUN_FIELD_TYPE'],
    ['keeps a 19-digit id', { type: 'id' }, '5000000000000000001', '5000000000000000001'],
    ['refuses a date that is printed the other way', { type: 'date' }, '03/31/2026', 'RUN_FIELD_TYPE'],
    ['refuses a day that does not exist', { type: 'date' }, '2026-13-01', 'RUN_FIELD_TYPE'],
    ['takes a time with an offset', { type: 'datetime' }, '2026-03-04T09:15:00-07:00', '2026-03-04T09:15:00-07:00'],
    ['refuses a time without a zone', { type: 'datetime' }, '2026-03-04T09:15:00', 'RUN_FIELD_TYPE'],
    ['takes the empty text for nothing', { type: 'string' }, '', null],
    ['clears a field', { type: 'number' }, null, null],
    ['refuses to clear what the target demands', { type: 'string', mandatory: true }, '', 'RUN_FIELD_MANDATORY'],
    ['never cuts a text', { type: 'string', maxLength: 3 }, 'abcd', 'RUN_FIELD_LENGTH'],
    ['counts an emoji as one character', { type: 'string', maxLength: 3 }, 'ab🚀', 'ab🚀'],
    [
      'refuses a value that a strict list lacks',
      { type: 'string', values: ['a'], strictValues: true },
      'b',
      'RUN_FIELD_VALUE',
    ],
    ['lets a lenient list have new values', { type: 'string', values: ['a'] }, 'b', 'b'],
  ]
  for (const [claim, field, given, expected] of cases) it(claim, () => expect(of(field, given)).to.deep.equal(expected))
})
