export { inChunks, isList, isObject, objectOf, objectsOf, parseJson, textOf } from '../../engine/sdk/index.ts'
