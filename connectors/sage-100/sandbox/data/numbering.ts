import { dateAfter, TICKS_PER_DAY } from '../local-time.ts'

/** Days of the made-up data: from the first of January 2023 to the middle of January 2026. */
const DAYS = 1109

/**
 * Numbers and stamps of bulk rows, by formula in both directions. Later stamps have lower numbers, so that the order of keys says nothing
 * about the order of stamps; within a block numbers rise, so that every second block can share one stamp.
 */
export interface Numbering {
  readonly count: number
  numberAt(slot: number): number
  slotOf(number: number): number | undefined
  /** Rows of one block share it. */
  blockOf(number: number): number
  ordinalAt(slot: number): number
}

/** Below it are all numbers of so many rows: the last block may leave some out, at the lower end of the stamps. */
export const endOf = (count: number, blockSize: number): number => Math.ceil(count / blockSize) * blockSize

export function createNumbering(count: number, blockSize: number): Numbering {
  const blocks = Math.ceil(count / blockSize)
  const perBlock = blocks === 0 ? 0 : Math.floor((DAYS * TICKS_PER_DAY) / blocks)
  const step = Math.floor(perBlock / (2 * blockSize))
  return {
    count,
    numberAt: slot => {
      const block = Math.floor(slot / blockSize)
      return (blocks - 1 - block) * blockSize + (slot % blockSize)
    },
    slotOf: number => {
      const block = blocks - 1 - Math.floor(number / blockSize)
      const slot = block * blockSize + (number % blockSize)
      return block < 0 || slot >= count ? undefined : slot
    },
    blockOf: number => Math.floor(number / blockSize),
    ordinalAt: slot => {
      const block = Math.floor(slot / blockSize)
      const within = block % 2 === 0 ? 0 : (slot % blockSize) * step
      const ticks = block * perBlock + within
      const day = Math.floor(ticks / TICKS_PER_DAY)
      return Number(dateAfter(day)) * 10_000_000 + (ticks - day * TICKS_PER_DAY)
    },
  }
}

/** `0000123` → 123; undefined unless it is digits of just this width. */
export function numberIn(text: string, width: number): number | undefined {
  return text.length === width && /^\d+$/.test(text) ? Number(text) : undefined
}

export const digits = (number: number, width: number) => String(number).padStart(width, '0')
