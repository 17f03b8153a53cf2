/** Columns of one type, for rowsets and bulk inserts: `{ ...integers('run', 'at'), ...texts('did') }`. */
export function texts<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, 'text'>> {
  return columnsOf(names, 'text')
}

export function integers<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, 'integer'>> {
  return columnsOf(names, 'integer')
}

function columnsOf<Name extends string, Type extends string>(names: readonly Name[], type: Type): Record<Name, Type> {
  // fromEntries forgets which keys it was given
  return Object.fromEntries(names.map(name => [name, type])) as Record<Name, Type>
}
