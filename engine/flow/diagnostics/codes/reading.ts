import type { CodeEntry } from './entry.ts'

/** The file as YAML, its shape, and its parameters. */
export const READING_CODES = {
  FLOW_FILE_UNREADABLE: {
    severity: 'error',
    title: 'A file cannot be read',
    explanation: 'It does not exist, or may not be read by this user.',
    example: 'ml-connector validate flows/absent.yaml',
  },
  FLOW_FILE_TOO_LARGE: {
    severity: 'error',
    title: 'A file is longer than 1 MB',
    explanation:
      'Flows are written by people; a file of this size is most likely data. Split it, or use a reference table.',
    example: '# more than 1 MB of text',
  },
  FLOW_EMPTY_FILE: {
    severity: 'error',
    title: 'A file is empty',
    explanation: 'There is no YAML value in it, only blanks or comments.',
    example: '# nothing but a comment',
  },
  FLOW_SEVERAL_DOCUMENTS: {
    severity: 'error',
    title: 'Several YAML documents in one file',
    explanation: 'One file is one flow. Remove the line that says "---" or "...".',
    example: 'flow: one\n---\nflow: two',
  },
  FLOW_YAML_SYNTAX: {
    severity: 'error',
    title: 'Not valid YAML',
    explanation: 'Most often a value that needs quotes, a missing quote or bracket, or a wrong indentation.',
    example: 'map: { Name: NAME',
  },
  FLOW_YAML_TAB: {
    severity: 'error',
    title: 'A tab is used to indent',
    explanation: 'YAML is indented with spaces.',
    example: 'source:\n\tconnector: erp',
  },
  FLOW_DUPLICATE_KEY: {
    severity: 'error',
    title: 'A key is written twice',
    explanation: 'Only one of the two values could count, so neither does.',
    example: 'filter: A = 1\nfilter: B = 2',
  },
  FLOW_YAML_TOO_DEEP: {
    severity: 'error',
    title: 'A file unfolds to too many values',
    explanation: 'Anchors and aliases are counted as often as they are used; nesting is limited to 100 levels.',
    example: 'a: &a [x, x]\nb: [*a, *a]   # and so on, doubling',
  },
  FLOW_UNKNOWN_KEY: {
    severity: 'error',
    title: 'A key that the language does not have',
    explanation: 'The key is misspelt or stands in the wrong place. The valid keys of the place are listed.',
    example: 'shedule: { every: 15m }',
  },
  FLOW_MISSING_KEY: {
    severity: 'error',
    title: 'A mandatory key is missing',
    explanation: 'Add the key that the message names.',
    example: 'source: { entity: VENDOR }   # connector is missing',
  },
  FLOW_WRONG_TYPE: {
    severity: 'error',
    title: 'A value has the wrong type',
    explanation:
      'For example a list where a map belongs, or a number where a name belongs. Quote numbers that are names.',
    example: 'steps: { name: account }   # steps is a list',
  },
  FLOW_BAD_VALUE: {
    severity: 'error',
    title: 'A value is not one of the valid ones',
    explanation: 'The message says which values, which form or which range is valid.',
    example: 'sink: { whenUnavailable: ignore }',
  },
  FLOW_MAP_OR_STEPS: {
    severity: 'error',
    title: 'Neither or both of map + sink and steps',
    explanation:
      'A flow with one sink has map and sink; a flow with several has steps, each with a map and a sink of its own.',
    example: 'flow: x\nsource: { … }\nsink: { … }   # no map',
  },
  FLOW_UNKNOWN_PARAM: {
    severity: 'error',
    title: 'A parameter that the flow does not declare',
    explanation: 'Every ${name}, $param("name") and every key of with: needs an entry under params.',
    example: 'sink: { match: "${externalId}" }   # params has externalIdField',
  },
  FLOW_PARAM_TYPE: {
    severity: 'error',
    title: 'A parameter has a value of the wrong type',
    explanation: 'The value under with: or default: must have the declared type.',
    example: 'params: { size: { type: number, default: many } }',
  },
  FLOW_PARAM_MISSING: {
    severity: 'error',
    title: 'A parameter without default is not given',
    explanation: 'Give it under with: in the workspace, or a default in the flow.',
    example: 'params: { stage: { type: string } }   # and no with: { stage: … }',
  },
  FLOW_PARAM_UNUSED: {
    severity: 'warning',
    title: 'A parameter is never used',
    explanation: 'Nothing refers to it by ${name} or $param("name"): remove it, or correct the reference.',
    example: 'params: { cron: { type: string, default: "0 6 * * *" } }   # schedule says "0 7 * * *"',
  },
  FLOW_ENV_MISSING: {
    severity: 'error',
    title: 'An environment variable is not set',
    explanation: '${env:NAME} needs NAME in the environment of the process.',
    example: 'schedule: { cron: "${env:SYNC_CRON}" }',
  },
  FLOW_BAD_PLACEHOLDER: {
    severity: 'error',
    title: 'A ${…} that is neither a parameter nor env',
    explanation: 'Write ${name} or ${env:NAME}; $${ stands for a literal ${.',
    example: 'title: "Vendors of ${}"',
  },
} as const satisfies Record<string, CodeEntry>
