import { isSluiceError } from '../foundation/index.ts'
import { type Reader, readReceipts } from '../serving/index.ts'
import type { ModelRegistry } from '../training/index.ts'

/** What a directory tells of erasures and rewrites: lines for people, and what is wrong with what to do. */
export interface ErasureCheck {
  readonly lines: readonly string[]
  readonly problems: readonly string[]
}

/** Looks at the receipts, at the marks on models and at the log's history of rewrites. */
export function checkErasures({ log, registry }: Reader, directory: string, systems: readonly string[]): ErasureCheck {
  const { receipts, brokenLines } = readReceipts(directory)
  const known = new Set(receipts.map(({ receipt }) => receipt))
  const marks = systems.flatMap((system) => marksOf(registry, system))
  const last = receipts.at(-1)
  const cutShort = new Set(marks.filter((receipt) => !known.has(receipt)))
  const { history } = log
  return {
    lines: [
      ...(last ? [`erasures: ${receipts.length}, the last on ${dateOf(last.at)}`] : []),
      ...history.map(
        ({ kind, at, head }) => `${kind} on ${dateOf(at)}: decisions up to offset ${head} cannot be replayed`,
      ),
      ...[...cutShort].map(
        (receipt) =>
          `erasure ${receipt} marked models and left no receipt: it was cut short or is under way; repeat it`,
      ),
    ],
    problems: brokenLines.map(
      (line) =>
        `receipts.ndjson line ${line}: expected a receipt, got other text; restore the file from a copy, or remove the line`,
    ),
  }
}

/** How many records that are erased by now a version had learnt from; undefined when there are none. */
export function erasedFrom(registry: ModelRegistry, version: { system: string; version: string }): string | undefined {
  const erasures = registry.erasures(version)
  if (erasures.length === 0) return undefined
  const records = erasures.reduce((sum, erasure) => sum + erasure.records, 0)
  return `learnt from ${records} records that are erased`
}

/** Receipts that the versions of a system are marked with; none when they cannot be read, which is told elsewhere. */
function marksOf(registry: ModelRegistry, system: string): string[] {
  try {
    return registry.versions(system).flatMap((version) => registry.erasures(version).map(({ receipt }) => receipt))
  } catch (error) {
    if (isSluiceError(error, 'MODEL_CORRUPT')) return []
    throw error
  }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
