import { SluiceError } from '../foundation/index.ts'
import type { EventRecord } from './record.ts'
import { Refusal } from './refusal.ts'
import type { Subject } from './subject.ts'

/** Most bytes of one of the engine's own records. */
export const MAX_INTERNAL_BYTES = 4_194_304

const STORED_FIRST = ['id', 'type', 'at']

/** A record of the engine itself, with the subjects that it names. */
export interface InternalRecord {
  readonly record: EventRecord
  readonly subjects: readonly Subject[]
}

/**
 * Asked about a new event when it has its offset and is not yet written: what is committed right behind it, all or
 * nothing.
 *
 * @param records - those of the same commit so far, the event last; they stand at `firstOffset` and behind
 */
export type Follow = (firstOffset: number, records: readonly EventRecord[]) => readonly InternalRecord[]

/**
 * A record of the engine as it is stored, and its JSON: the id comes first.
 *
 * @throws SluiceError `RESERVED_NAME` when its type does not begin with `$`, `EVENT_TOO_LARGE`
 */
export function internalText(given: EventRecord): { record: EventRecord; text: string } {
  const { type } = given
  const record = inStoredOrder(given)
  const text = JSON.stringify(record)
  if (!type.startsWith('$')) {
    const message = `internal record: expected a type that begins with $, got ${type}; append it as an event`
    throw new SluiceError('RESERVED_NAME', message)
  }
  const refusal = tooLarge(text, MAX_INTERNAL_BYTES)
  if (refusal !== undefined) throw new SluiceError(refusal.code, refusal.message)
  return { record, text }
}

/** A record whose id comes first, then type and time: the given one where it is so already, because a copy costs as much as the JSON. */
function inStoredOrder(given: EventRecord): EventRecord {
  let place = 0
  for (const name in given) {
    if (name !== STORED_FIRST[place]) break
    if (++place === STORED_FIRST.length) return given
  }
  const { id, type, at, ...rest } = given
  return { id, type, at, ...rest }
}

/** Why a record's JSON is too long; undefined when it is not. */
export function tooLarge(text: string, limit: number): Refusal | undefined {
  // Three bytes a UTF-16 unit is the most, so that most texts need no count.
  if (text.length * 3 <= limit) return undefined
  const bytes = Buffer.byteLength(text)
  if (bytes <= limit) return undefined
  return new Refusal(
    'EVENT_TOO_LARGE',
    `event: expected at most ${limit} bytes of JSON, got ${bytes}; shorten its texts or lists`,
  )
}
