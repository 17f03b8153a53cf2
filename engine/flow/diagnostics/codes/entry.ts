/** One line of the catalogue of diagnostics. */
export interface CodeEntry {
  readonly severity: 'error' | 'warning' | 'info'
  readonly title: string
  /** Why it is refused, and what a person does. */
  readonly explanation: string
  /** YAML that raises it. */
  readonly example: string
}
