import type { CodeEntry } from './entry.ts'

/** What can be wrong inside a JSONata expression before any record is read. */
export const EXPRESSION_CODES = {
  FLOW_EXPRESSION_SYNTAX: {
    severity: 'error',
    title: 'Not a JSONata expression',
    explanation:
      "JSONata's own code and words are given, at the place in the file. A text is written in quotes: \"'text'\".",
    example: 'filter: STATUS = "active',
  },
  FLOW_UNKNOWN_SOURCE_FIELD: {
    severity: 'error',
    title: 'The source entity has no field of this name',
    explanation:
      'Correct the name. A field that only this account has is declared under source.customFields, or known from saved metadata.',
    example: 'map: { Name: NMAE }',
  },
  FLOW_UNKNOWN_FUNCTION: {
    severity: 'error',
    title: 'No function of this name',
    explanation:
      'Neither JSONata nor the engine has it. Functions that give another answer each time ($random, $shuffle) and $eval are left out.',
    example: 'map: { Name: $upper(NAME) }',
  },
  FLOW_UNKNOWN_VARIABLE: {
    severity: 'error',
    title: 'No variable of this name',
    explanation:
      'Variables are enrichments, $key, $entity, $connection, in each also $item and $index, and what the expression itself binds.',
    example: 'map: { Owner: $acount.Owner }',
  },
  FLOW_FUNCTION_ARGUMENTS: {
    severity: 'error',
    title: 'A function gets too few or too many arguments',
    explanation: 'The message shows how it is written. Names of tables, parameters and steps are literals.',
    example: 'map: { Category: $table("vendor-category") }',
  },
  FLOW_UNKNOWN_TABLE: {
    severity: 'error',
    title: 'No reference table of this name',
    explanation: 'Tables are listed under tables: of the workspace.',
    example: 'map: { Category: $table("vendor-categry", VENDTYPE) }',
  },
  FLOW_SINK_ID_STEP: {
    severity: 'error',
    title: '$sinkId names no earlier step',
    explanation: 'It gives the id that an earlier step without each got for the same record.',
    example: 'map: { Account_Name: $sinkId("contact") }   # inside step contact',
  },
  FLOW_LINK_TARGET: {
    severity: 'error',
    title: '$link names no known connector, connection or entity',
    explanation: 'The first argument is a connector or connection, the second an entity of it.',
    example: 'map: { Parent_Account: $link("crm", "Acounts", PARENTID) }',
  },
  FLOW_REFERENCE_IN_TEXT: {
    severity: 'error',
    title: '$link or $sinkId is computed with',
    explanation:
      'The id is not known while mapping; it is put in afterwards. The reference must be the value of a field as it stands.',
    example: 'map: { Account: \'"id-" & $sinkId("account")\' }',
  },
  FLOW_OMIT_MISPLACED: {
    severity: 'error',
    title: '$omit() is not the value of a field',
    explanation:
      'It leaves a field out of the write. It may stand alone or in a branch of ? : as the value of a field.',
    example: 'map: { Name: $string($omit()) }',
  },
  FLOW_NEVER_EQUAL: {
    severity: 'warning',
    title: 'A field is compared with a value that it never has',
    explanation: 'The source lists the values of the field, and this text is none of them: most likely it is misspelt.',
    example: 'filter: STATUS = "activ"',
  },
  FLOW_REGEX_UNSAFE: {
    severity: 'error',
    title: 'A regular expression that may take for ever',
    explanation:
      'A repeated group that itself repeats can take exponential time on some texts. Write it without the inner or the outer repetition.',
    example: 'filter: $contains(NAME, /(a+)+b/)',
  },
} as const satisfies Record<string, CodeEntry>
