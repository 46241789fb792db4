import type { DelimitedMapping } from '../import/mapping.ts'

/**
 * The files of a known data set, in the order in which they are read: what is known before what happened.
 *
 * All of them give the same records: `user` (`age`, `gender`, `occupation`), `video` (`title`, `genres`,
 * `publishedAt`) and `rating` (`user`, `video`, `stars` from 0.5 to 5). What is known carries the time
 * `KNOWN_BEFORE_MS`, so that it precedes every rating.
 */
export interface Layout {
  readonly name: string
  readonly files: readonly LayoutFile[]
}

export interface LayoutFile {
  /** Its usual name, without folder and `.gz`. */
  readonly fileName: string
  readonly mapping: DelimitedMapping
}
