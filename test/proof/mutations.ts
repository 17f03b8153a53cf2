import { ENGINE } from './mutations/engine.ts'
import { READING } from './mutations/reading.ts'

export const MUTATIONS = [...READING, ...ENGINE]
