import type { Here } from '../../host/index.ts'
import type { Context } from '../context.ts'

export { type Here, showFile, showPlace } from '../../host/index.ts'

export function hereOf({ terminal, product }: Context): Here {
  return { cwd: terminal.cwd, library: product.library }
}
