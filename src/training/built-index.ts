import type { BuiltCells } from '../retrieval/index.ts'

/** What the build of an index found out. */
export type BuiltIndex = Omit<BuiltCells, 'bytes'>
