import { type Application, rankingSystems, scoringSystems, searchSystems } from '../application/index.ts'
import { type CompactResult, compact, openEventLog, removeDerivedFiles } from '../data/index.ts'
import { type Clock, DAY_MS, type Duration, durationMs, SluiceError } from '../foundation/index.ts'
import { labelsOf } from '../ranking/index.ts'
import { noteRewrite, openToRewrite } from './erase-records.ts'

/** How old records of a type may become, such as `{ watch: '90d', $decision: '30d', $quarantine: '30d' }`. */
export type Retention = Readonly<Record<string, Duration>>

/**
 * Removes what is older than its type may become from a directory that no process writes, and puts small batches
 * together. What was made from the log goes too: the next start makes it from what is left.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a type cannot be dropped, or sooner than a feature looks back;
 * `DIRECTORY_LOCKED`, `DISK_FULL`, and as opening does
 */
export async function compactDirectory(
  application: Application,
  options: { directory: string; clock: Clock; retention?: Retention },
): Promise<CompactResult> {
  const { directory: path, clock, retention = {} } = options
  requireWindows(application, retention)
  const directory = await openToRewrite(path, clock, 'stop it first, because compaction replaces its log')
  const at = clock()
  try {
    const log = openEventLog(directory, { schema: application.schema, clock })
    try {
      const result = await compact(log, { retention, nowMs: at })
      const note = { id: `c-${at.toString(36)}-${log.generation.toString(36)}`, at, kind: 'retention' } as const
      if (result.removed > 0) await noteRewrite(log, note, async () => removeDerivedFiles(path))
      return result
    } finally {
      await log.close()
    }
  } finally {
    await directory.close()
  }
}

/**
 * Refuses to drop events sooner than a feature, a source or a label looks back at them.
 *
 * @throws SluiceError `INVALID_ARGUMENT` with every type that is too short
 */
function requireWindows(application: Application, retention: Retention): void {
  const faults = Object.entries(retention).flatMap(([type, age]) => {
    const least = longestWindowMs(application, type)
    return durationMs(age) >= least ? [] : [`${type}: expected at least ${inDays(least)}, got ${age}`]
  })
  if (faults.length === 0) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `retention: a window of the application reaches further back: ${faults.join('; ')}; keep them longer, or shorten the window`,
    { details: faults },
  )
}

/** The longest time that features, sources, filters and labels look back at events of a type; 0 when none does. */
function longestWindowMs(application: Application, type: string): number {
  const { aggregates } = application
  const windows = aggregates.map((spec) => (spec.event === type && 'windowMs' in spec ? spec.windowMs : 0))
  const labels = [...rankingSystems(application), ...searchSystems(application)]
    .flatMap(([, { ranking }]) => (ranking ? labelsOf(ranking) : []))
    .map(({ event, withinMs }) => (event === type ? withinMs : 0))
  const outcomes = scoringSystems(application)
    .filter(([, { event, label }]) => event === type || label.event === type)
    .map(([, { label }]) => durationMs(label.matureAfter))
  return Math.max(0, ...windows, ...labels, ...outcomes)
}

/** Kinds of state that look back without an end at events of some types: what is dropped is forgotten by them. */
export function endlessReaders({ aggregates }: Application, types: readonly string[]): string[] {
  const endless = aggregates.filter((spec) => types.includes(spec.event) && !('windowMs' in spec))
  return [...new Set(endless.map(({ kind, event }) => `${kind} of ${event}`))].sort()
}

function inDays(ms: number): string {
  return ms % DAY_MS === 0 ? `${ms / DAY_MS}d` : `${Math.ceil(ms / 1000)}s`
}
