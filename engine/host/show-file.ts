import { isAbsolute, relative, sep } from 'node:path'

/** Where paths are shown from. */
export interface Here {
  readonly cwd: string
  readonly library: string
}

/** A file as a person in `cwd` names it: relative where it is below, `library:…` where it is one of the library. */
export function showFile(file: string, { cwd, library }: Here): string {
  if (!isAbsolute(file)) return file
  const below = relative(cwd, file)
  if (!below.startsWith('..')) return below
  const inLibrary = relative(library, file)
  return inLibrary.startsWith('..') ? file : `library:${inLibrary.split(sep).join('/')}`
}

/** `file:line:column` with its file shown so. */
export function showPlace(place: string, here: Here): string {
  const [, file = place, rest = ''] = /^(.*?)((?::\d+){1,2})$/.exec(place) ?? []
  return `${showFile(file, here)}${rest}`
}
