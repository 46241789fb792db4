import { type Application, type SearchSystem, searchSystems } from '../../application/index.ts'
import type { FeatureState } from '../../features/index.ts'
import { isSluiceError } from '../../foundation/index.ts'
import type { SearchIndex } from '../../retrieval/index.ts'
import type { Reader } from '../reader.ts'
import { noteLog, noteTail } from './index-log.ts'
import { searchIndexFolder } from './live-indexes.ts'

/** What there is of saved indexes: lines for people, and what is wrong with what to do. */
export interface IndexCheck {
  readonly lines: readonly string[]
  readonly problems: readonly string[]
}

/**
 * Looks at the saved indexes of all search systems: whether they are whole and of this log, and whether their documents are
 * those that the log tells of.
 *
 * @remarks O(bytes of the indexes + documents + what came since they were saved).
 */
export function checkSearchIndexes(application: Application, reader: Reader): IndexCheck {
  const checks = searchSystems(application).map((named) => checkIndex(application, reader, named))
  return { lines: checks.flatMap(({ lines }) => lines), problems: checks.flatMap(({ problems }) => problems) }
}

function checkIndex(
  application: Application,
  { directory, log, state }: Reader,
  named: readonly [string, SearchSystem],
): IndexCheck {
  const [name] = named
  try {
    const index = searchIndexFolder(application, directory, named).open(log)
    if (index === undefined) return { lines: [`index of ${name}: none is saved; a start makes it`], problems: [] }
    const { reached, size } = index
    const now = state()
    const line = `index of ${name}: ${size} documents, up to offset ${reached}`
    // What is served meanwhile may have been saved after the state was read.
    const problems = reached > now.offset ? [] : differences(name, broughtTo(index, { log }, now), now)
    return { lines: [line], problems }
  } catch (error) {
    if (isSluiceError(error, 'MODEL_MISMATCH')) return { lines: [`index of ${name}: ${error.message}`], problems: [] }
    if (!isSluiceError(error, 'MODEL_CORRUPT')) throw error
    return { lines: [], problems: [`index of ${name}: ${error.message}; the next start of sluice serve does that`] }
  }
}

function broughtTo(index: SearchIndex, { log }: Pick<Reader, 'log'>, state: FeatureState): SearchIndex {
  if (!noteTail(index, log, state)) {
    for (const _ of noteLog({ indexes: [index], intents: [] }, log, { indexes: state.offset, intents: 0 }));
  }
  index.indexTo(Number.POSITIVE_INFINITY)
  return index
}

/** Documents that only the index has, or only the log. */
function differences(name: string, index: SearchIndex, { attributes }: FeatureState): string[] {
  const { documents, removed } = index.spec
  const keys = attributes.keys(documents)
  let [present, missing] = [0, 0]
  for (let key = 0; key < keys.size; key++) {
    const known = attributes.describe(documents, key)
    const isThere = attributes.isKnown(documents, key) && (removed === undefined || known[removed] !== true)
    if (!isThere) continue
    if (index.has(keys.name(key))) present++
    else if (Object.keys(known).some((attribute) => index.attributes.has(attribute))) missing++
  }
  const strangers = index.size - present
  if (strangers === 0 && missing <= index.refused) return []
  return [
    `index of ${name}: expected the documents of the log, got ${missing} too few and ${strangers} too many; remove its folder, and the next start of sluice serve makes it anew`,
  ]
}
