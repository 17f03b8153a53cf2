/** One schema for all toys: what checks settings is compiled once for a schema. */
export const NO_SETTINGS = { type: 'object' as const, additionalProperties: false, properties: {} }
