/** How a table is read. */
export interface TreeFileOptions {
  /** The column of the label, by its place from 0 or by its name; the first one by default. LibSVM has it first. */
  readonly label?: number | string | undefined
  /** Whether the first line holds names; by default it does when one of its cells is no number. */
  readonly header?: boolean | undefined
  /** How many features there are: LibSVM need not name the last ones, and larger indices are passed over. */
  readonly featureCount?: number | undefined
  /** Threads to parse on; by default up to 4. */
  readonly threads?: number | undefined
}
