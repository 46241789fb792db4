import type { Schema } from '../problem/index.ts'

/** What an erasure took out of sealed files. */
export interface SealedErasure {
  /** Files that were rewritten, because a row of theirs named the subject. */
  readonly files: number
  /** Rows that are gone. */
  readonly rows: number
}

/**
 * Files that the engine keeps outside the log, such as sealed segments in Parquet, as an erasure sees them. Nothing
 * that names the subject is left in any of them when the promise resolves; a file appears whole or not at all.
 */
export interface SealedExports {
  /** Erases a subject; calling it again is harmless and gives zeros. */
  erase(subject: { readonly entity: string; readonly id: string }, schema: Schema): Promise<SealedErasure>
}
