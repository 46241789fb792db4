import type { EventLog } from '../data/index.ts'
import { Interner } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { Interactions } from '../models/index.ts'
import { type Condition, type Schema, satisfies } from '../problem/index.ts'
import { referenceField } from '../retrieval/index.ts'

/** Which meetings count: an event, and what it has to satisfy. */
export interface MeetingSpec {
  readonly event: string
  readonly where?: Condition | undefined
}

/** Who met what up to an offset, each pair once, in the order of the first meeting; with the items' names. */
export interface CollectedInteractions {
  readonly interactions: Interactions
  readonly itemNames: readonly string[]
}

/**
 * Reads the meetings out of the log.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when there are none
 */
export function collectInteractions(
  log: EventLog,
  untilOffset: number,
  meeting: MeetingSpec,
  setting: { schema: Schema; subject: string; item: string },
): CollectedInteractions {
  const subjectField = referenceField(setting.schema, meeting.event, setting.subject)
  const itemField = referenceField(setting.schema, meeting.event, setting.item)
  const subjects = new Interner()
  const items = new Interner()
  const met: Set<number>[] = []
  for (const { records } of log.read(1, untilOffset)) {
    for (const record of records) {
      if (record.type !== meeting.event || !satisfies(record, meeting.where)) continue
      const subject = subjects.intern(record[subjectField] as string)
      const list = met[subject] ?? new Set<number>()
      met[subject] = list.add(items.intern(record[itemField] as string))
    }
  }
  if (met.length === 0) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `training: expected ${meeting.event} events up to offset ${untilOffset}, got none; import more events first`,
    )
  }
  return {
    interactions: compress(met, items.size),
    itemNames: Array.from({ length: items.size }, (_, item) => items.name(item)),
  }
}

function compress(met: readonly Set<number>[], itemCount: number): Interactions {
  const starts = new Uint32Array(met.length + 1)
  met.forEach((list, subject) => {
    starts[subject + 1] = starts[subject]! + list.size
  })
  const items = new Int32Array(starts[met.length]!)
  met.forEach((list, subject) => {
    items.set([...list], starts[subject]!)
  })
  return { userCount: met.length, itemCount, starts, items }
}
