import { type Application, hashOfSystem, queryIntents, searchSystems } from '../../application/index.ts'
import { DerivedFile, type EventLog, orRefused } from '../../data/index.ts'
import { ByteReader, ByteWriter, contentHash, isSluiceError, SluiceError } from '../../foundation/index.ts'
import type { QueryIntent } from '../../retrieval/index.ts'
import { searchIndexFolder } from './live-indexes.ts'

/** Raised when intents learn otherwise from the same records, or are written otherwise. */
const VERSION = 1

/** Where what queries mean is kept, and what of. */
export interface SavedIntentsParts {
  readonly application: Application
  readonly directory: string
  readonly log: EventLog
}

/** What queries mean, of all systems that learn it. */
export interface OpenedIntents {
  readonly intents: ReadonlyMap<string, QueryIntent>
  /** The offset up to which they know the log. */
  readonly learnt: number
  /** Why what was saved could not be used. */
  readonly refused?: string
}

/**
 * What queries mean as it was saved last, of this generation of this log and of these definitions; otherwise nothing is
 * known of any yet, and what was saved is removed.
 */
export function openIntents(parts: SavedIntentsParts): OpenedIntents {
  const fresh = queryIntents(parts.application)
  const file = fileIn(parts)
  if (fresh.size === 0 || !file.exists) return { intents: fresh, learnt: 0 }
  const read = orRefused(() => {
    const intents = queryIntents(parts.application)
    return {
      intents,
      learnt: load(intents, new ByteReader(file.read(parts.log.generation), 'DIRECTORY_CORRUPT'), parts),
    }
  })
  if ('value' in read) return read.value
  file.remove()
  return { intents: fresh, learnt: 0, refused: read.refused }
}

/** Saves what queries mean as of an offset; a full disk is no error, because the log holds everything. */
export function saveIntents(parts: SavedIntentsParts, intents: ReadonlyMap<string, QueryIntent>, learnt: number): void {
  if (intents.size === 0) return
  const writer = new ByteWriter().float64(learnt).text(recordHash(parts, learnt))
  for (const intent of intents.values()) writer.bytes(intent.save())
  try {
    fileIn(parts).write(parts.log.generation, writer.finish())
  } catch (error) {
    if (!isSluiceError(error)) throw error
  }
}

function load(intents: ReadonlyMap<string, QueryIntent>, reader: ByteReader, parts: SavedIntentsParts): number {
  const learnt = reader.float64()
  if (learnt > parts.log.head) throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: it is ahead of the log')
  if (reader.text() !== recordHash(parts, learnt)) {
    throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: the log was another')
  }
  for (const intent of intents.values()) intent.load(reader.bytes())
  return learnt
}

function recordHash({ log }: SavedIntentsParts, offset: number): string {
  return contentHash(log.readOne(offset) ?? null)
}

function fileIn({ application, directory }: SavedIntentsParts): DerivedFile {
  const definitions = searchSystems(application).map((named) => [
    named[0],
    hashOfSystem(application, named[1]),
    searchIndexFolder(application, directory, named).definition,
  ])
  return new DerivedFile(directory, 'intents', `sluice-intents-${VERSION} ${contentHash(definitions)}`)
}
