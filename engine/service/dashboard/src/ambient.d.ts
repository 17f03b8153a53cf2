declare module '*.css'

/** The views name a type whose file knows Node: no more of it is here than that. */
declare module 'node:util' {
  export const inspect: { readonly custom: unique symbol }
}
