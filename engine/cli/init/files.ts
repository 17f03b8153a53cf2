import type { WorkspaceExamples } from './examples.ts'

/** Files of a new workspace, by path. `${…}` in them is the flow language's, not ours. */
export function workspaceFiles(name: string, examples: WorkspaceExamples): Readonly<Record<string, string>> {
  return {
    'ml-connector.yaml': workspaceYaml(name, examples),
    'flows/README.md': FLOWS_README,
    'tables/README.md': TABLES_README,
    '.gitignore': '# runs, audit trail, sealed secrets and their key: never in git\n.ml-connector/\n',
    'README.md': readme(name),
  }
}

function workspaceYaml(name: string, { connections, flows }: WorkspaceExamples): string {
  return `# yaml-language-server: $schema=.ml-connector/schemas/workspace.schema.json
workspace: ${name}

# of schedules that name none themselves
timezone: UTC

# One per account. Settings: "ml-connector connectors <connector>". Secrets are not written here:
# "ml-connector secret set <connection> <secret>" seals them, or take them from the environment: \${env:NAME}
# connections:
${commented(connections.map(it => `  ${it}`))}connections: {}

# Own flows by path, library flows by name and with parameters.
# flows:
#   - flows/*.yaml
${commented(flows.map(it => `  - use: ${it}`))}#     with: { cron: "0 6 * * *" }
flows: []

# Reference tables of all flows: $table("country", CODE)
# tables: { country: tables/country.csv }

# Every Saturday a service compares all of each source with what its target holds, and reports what differs. heal: true also puts it right.
verify: { cron: "0 4 * * 6", heal: false }

# Only for sandboxes on this machine ("ml-connector sandbox <connector>"): allows http on loopback
# development: { loopback: true }
`
}

const commented = (lines: readonly string[]) => lines.map(it => `# ${it}\n`).join('')

const FLOWS_README = `# Flows

One YAML file per flow. Begin each with

    # yaml-language-server: $schema=../.ml-connector/schemas/flow.schema.json

so that an editor completes and checks it, and name it in \`ml-connector.yaml\` under \`flows:\`.
\`ml-connector validate\` checks all of them, \`ml-connector test\` runs their \`tests:\` blocks.
`

const TABLES_README = `# Reference tables

CSV with a header line, or YAML. The first column is the key; a second column makes a plain table, more columns make objects.
Keys are texts: leading zeros stay. Name a table in \`ml-connector.yaml\` under \`tables:\`, use it as \`$table("name", KEY)\`.
`

function readme(name: string): string {
  return `# ${name}

A workspace of ml-connector.

| to | type |
|---|---|
| see what is still missing | \`ml-connector validate\`, \`ml-connector connections\` |
| seal a secret | \`ml-connector secret set <connection> <secret>\` |
| prove a connection | \`ml-connector ping\` |
| see what a run would do | \`ml-connector preview <flow>\` |
| run | \`ml-connector run --all\` |
| see what failed, and take it through again | \`ml-connector dead\`, \`ml-connector replay <flow> --all\` |
| know that source and target are the same | \`ml-connector verify --all\` |
| know where a value came from | \`ml-connector why <connection> <entity> <id> [field]\` |

\`.ml-connector/\` holds the ledger, the sealed secrets and their key. It stays out of git; back it up, the key apart from the rest.
`
}
