import { type ErrorCode, isSluiceError } from '../../foundation/index.ts'
import type { EntityLists, ListLine, ListLines, RefusedListLine } from '../../policy/index.ts'

/** Entries that are written together. */
const ENTRIES_A_WRITE = 1_000

/** What became of the lines of an import. */
export interface ListImport {
  /** Lines that put a key on a list, or changed its entry there. */
  readonly added: number
  /** Lines that say what stood there already; nothing was written of them. */
  readonly unchanged: number
  /** By their lines. */
  readonly rejected: readonly { readonly line: number; readonly code: ErrorCode; readonly message: string }[]
}

/**
 * Writes what the lines of an import change, so many at a time; what says the same as what is there is passed over, so
 * that the same lines again change nothing, also after a crash in the middle.
 *
 * @param write - appends entries together; of each what it did, or why the lists refused it
 */
export async function importLists(
  lists: () => EntityLists,
  { accepted, rejected }: ListLines,
  write: (lines: readonly ListLine[]) => Promise<readonly unknown[]>,
): Promise<ListImport> {
  const refused: RefusedListLine[] = [...rejected]
  let added = 0
  let unchanged = 0
  for (let start = 0; start < accepted.length; start += ENTRIES_A_WRITE) {
    const lines = accepted.slice(start, start + ENTRIES_A_WRITE)
    const changed = changedLines(lists(), lines)
    const results = changed.length === 0 ? [] : await write(changed)
    unchanged += lines.length - changed.length
    for (const [place, result] of results.entries()) {
      if (!isSluiceError(result)) added++
      else refused.push({ line: changed[place]!.line, code: result.code, message: result.message })
    }
  }
  return { added, unchanged, rejected: refused.sort((a, b) => a.line - b.line) }
}

/** Lines that say something else than the lists, or than a line before them. */
function changedLines(lists: EntityLists, lines: readonly ListLine[]): ListLine[] {
  const last = new Map<string, ListLine['record']>()
  return lines.filter(({ record }) => {
    const key = JSON.stringify([record.list, record.entity, record.key])
    const before = last.get(key)
    last.set(key, record)
    if (before === undefined) return !lists.holds(record)
    return before.reason !== record.reason || before.expiresAt !== record.expiresAt
  })
}
