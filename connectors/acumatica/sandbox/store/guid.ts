const hex = (n: number, width: number) => n.toString(16).padStart(width, '0')

/** A GUID that says where its row is: so that a hundred thousand of them need no index. */
export function guidOf(family: number, slot: number): string {
  const mixed = Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(family + 1, 0x85ebca6b)
  return `${hex(mixed >>> 0, 8)}-${hex(0xa500 + family, 4)}-ee11-8359-${hex(slot, 12)}`
}

/** The slot of a GUID of this family; undefined for any other text. */
export function slotOf(family: number, guid: string): number | undefined {
  const slot = Number.parseInt(guid.slice(24), 16)
  return Number.isInteger(slot) && guidOf(family, slot) === guid.toLowerCase() ? slot : undefined
}

export const isGuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
