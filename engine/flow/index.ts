/** YAML text → diagnostics or a FlowPlan. What other parts of the engine use of the flow language. */
export { CODES, type DiagnosticCode, isDiagnosticCode } from './diagnostics/codes.ts'
export { type Diagnostic, hasErrors, type Severity } from './diagnostics/diagnostic.ts'
export { type DiagnosticFormat, FORMATS, formatDiagnostics, type Paint, PLAIN, summary } from './diagnostics/format.ts'
export { suggest } from './diagnostics/suggest.ts'
export { DEFAULT_LIMITS, type Limits } from './expression/ast.ts'
export { compileExpression, type ExpressionOptions } from './expression/compile-expression.ts'
export { FAULT_CODES, isFaultCode } from './expression/fault.ts'
export { type Knowledge, type ReferenceTable, SCOPE_FUNCTIONS, SCOPE_VARIABLES } from './expression/scope-functions.ts'
export type { Difference } from './self-test/differences.ts'
export { runFlowTests, type TestOutcome } from './self-test/run-flow-tests.ts'
export { FLOW_SCHEMA } from './shape/flow-schema.ts'
export { readShaped, type Shaped } from './shape/read-shaped.ts'
export type { Schema } from './shape/schema-kit.ts'
export { WORKSPACE_SCHEMA } from './shape/workspace-schema.ts'
export { type ValidatedFiles, type ValidateOptions, validateFiles } from './validate-files.ts'
export { demandingNo } from './workspace/demands.ts'
export { libraryFlows, scenarioFolder } from './workspace/library-flows.ts'
export {
  type CheckedText,
  checkFlowText,
  type LoadedWorkspace,
  type LoadOptions,
  loadWorkspace,
} from './workspace/load-workspace.ts'
export { metadataPath } from './workspace/metadata.ts'
export { secretNames } from './workspace/secret-names.ts'
export { type AlertPlan, WORKSPACE_FILE, type Workspace, type WorkspaceConnection } from './workspace/workspace.ts'
