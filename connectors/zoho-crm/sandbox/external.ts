import { refuse } from './answers.ts'
import type { ModuleDef } from './modules.ts'
import { moduleOf, type Org } from './org.ts'

/** What the header X-EXTERNAL says is addressed by external values instead of ids (fact sheet 4.3). */
export interface External {
  /** Field of the module itself that stands for its id. */
  readonly self: string | null
  /** Lookup field → external field of the module that it points at. */
  readonly lookups: Readonly<Record<string, string>>
  /** External field of Products, for the product of a line. */
  readonly lineProduct: string | null
}

export const NO_EXTERNAL: External = { self: null, lookups: {}, lineProduct: null }

// the header keeps the old name of line items although the body uses the new ones
const LINES = 'Product_Details'

/** Several paths, comma-separated: `Module.Field`, `Module.Lookup.Field`, `Module.Product_Details.Product_Name.Field`. */
export function parseExternal(org: Org, module: ModuleDef, header: string | undefined): External {
  if (!header) return NO_EXTERNAL
  let external = NO_EXTERNAL
  for (const path of header.split(',').map(it => it.trim())) external = addPath(org, module, { path, external })
  return external
}

function addPath(org: Org, module: ModuleDef, given: { readonly path: string; readonly external: External }): External {
  const { path, external } = given
  const [name, ...steps] = path.split('.')
  if (name !== module.apiName) throw invalidHeader(path)
  const [first = '', second = '', third = ''] = steps
  if (steps.length === 1) return { ...external, self: externalField(module, first, path) }
  if (steps.length === 2) {
    const target = module.fields.get(first)?.target
    if (module.fields.get(first)?.dataType !== 'lookup' || !target) throw invalidHeader(path)
    const found = externalField(moduleOf(org, target), second, path)
    return { ...external, lookups: { ...external.lookups, [first]: found } }
  }
  if (steps.length === 3 && first === LINES && second === 'Product_Name')
    return { ...external, lineProduct: externalField(moduleOf(org, 'Products'), third, path) }
  throw invalidHeader(path)
}

function externalField(module: ModuleDef, name: string, path: string): string {
  if (!module.fields.get(name)?.external) throw invalidHeader(path)
  return name
}

const invalidHeader = (path: string) =>
  refuse('INVALID_DATA', 'the external field given seems to be invalid', { header: 'X-EXTERNAL', value: path })
