import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Types are stripped and modules compiled once and not in every process: neither in those that work on the tests, nor in those that
 * tests start. Coverage needs the source as it is.
 */
if (process.env['NODE_V8_COVERAGE'] === undefined) {
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache')
  module.enableCompileCache(process.env['NODE_COMPILE_CACHE'])
}
