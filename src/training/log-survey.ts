import type { EventLog, EventRecord } from '../data/index.ts'
import { Interner } from '../features/index.ts'
import { canonicalJson, SluiceError } from '../foundation/index.ts'
import type { Interactions } from '../models/index.ts'
import { type Condition, type Schema, satisfies } from '../problem/index.ts'
import type { ExampleSpec, LabelSpec } from '../ranking/index.ts'
import { referenceField } from '../retrieval/index.ts'
import { SpacedMoments } from './spaced-moments.ts'

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

/** What one pass over the log has to find. */
export interface SurveyPlan {
  readonly schema: Schema
  readonly subject: string
  readonly item: string
  readonly label: LabelSpec
  readonly examples: ExampleSpec
  readonly meetings: readonly MeetingSpec[]
}

/** The meetings of one spec in the order of the log. */
interface Meetings {
  readonly spec: MeetingSpec
  readonly subjectField: string
  readonly itemField: string
  readonly names: Interner
  readonly offsets: number[]
  readonly subjects: number[]
  readonly items: number[]
}

/** What a training has to know of the whole log before it replays it, found in one pass. */
export class LogSurvey {
  /** Offsets of the events that count as a label, rising. */
  readonly labelOffsets: readonly number[]
  /** How many lists of examples the log holds, before any sampling. */
  readonly listCount: number
  /** How many records describe an item, those that describe it anew included. */
  readonly descriptionCount: number
  readonly #meetings: ReadonlyMap<string, Meetings>

  constructor(log: EventLog, until: number, plan: SurveyPlan, onRecord?: (offset: number) => void) {
    const { label } = plan
    const labelOffsets: number[] = []
    const isNewList = listCounter(plan)
    let [listCount, descriptionCount] = [0, 0]
    this.#meetings = openMeetings(plan)
    const subjects = new Interner()
    for (const { firstOffset, records } of log.read(1, until)) {
      for (let index = 0; index < records.length; index++) {
        const record = records[index]!
        const offset = firstOffset + index
        onRecord?.(offset)
        const isLabel = record.type === label.event && satisfies(record, label.where)
        if (isLabel) labelOffsets.push(offset)
        if (isNewList(record, isLabel)) listCount++
        if (record.type === plan.item) descriptionCount++
        for (const meetings of this.#meetings.values()) note(meetings, offset, record, subjects)
      }
    }
    this.labelOffsets = labelOffsets
    this.listCount = listCount
    this.descriptionCount = descriptionCount
  }

  /**
   * The meetings of a planned spec up to an offset.
   *
   * @throws SluiceError `NO_TRAINING_DATA` when there are none
   */
  interactions(spec: MeetingSpec, until: number): CollectedInteractions {
    const meetings = this.#meetings.get(identity(spec))
    const count = this.meetingCount(spec, until)
    if (!meetings || count === 0) {
      throw new SluiceError(
        'NO_TRAINING_DATA',
        `training: expected ${spec.event} events up to offset ${until}, got none; import more events first`,
      )
    }
    return compress(meetings, count)
  }

  /** How many meetings of a planned spec there are up to an offset, repeats included. */
  meetingCount(spec: MeetingSpec, until: number): number {
    const offsets = this.#meetings.get(identity(spec))?.offsets ?? []
    const next = offsets.findIndex((offset) => offset > until)
    return next < 0 ? offsets.length : next
  }
}

/** Compiles the test of whether a record begins a list of examples. */
function listCounter({
  schema,
  subject,
  label,
  examples,
}: SurveyPlan): (record: EventRecord, isLabel: boolean) => boolean {
  if (examples.kind === 'candidates') {
    const moments = new SpacedMoments(examples.spacingMs)
    const field = referenceField(schema, label.event, subject)
    return (record, isLabel) => isLabel && moments.isDue(record[field] as string, record.at)
  }
  const lists = new Set<unknown>()
  return (record) => record.type === examples.event && lists.size < lists.add(record[examples.group]).size
}

function openMeetings({ schema, subject, item, meetings }: SurveyPlan): Map<string, Meetings> {
  const opened = meetings.map((spec): [string, Meetings] => [
    identity(spec),
    {
      spec,
      subjectField: referenceField(schema, spec.event, subject),
      itemField: referenceField(schema, spec.event, item),
      names: new Interner(),
      offsets: [],
      subjects: [],
      items: [],
    },
  ])
  return new Map(opened)
}

function note(meetings: Meetings, offset: number, record: EventRecord, subjects: Interner): void {
  const { spec, subjectField, itemField } = meetings
  if (record.type !== spec.event || !satisfies(record, spec.where)) return
  meetings.offsets.push(offset)
  meetings.subjects.push(subjects.intern(record[subjectField] as string))
  meetings.items.push(meetings.names.intern(record[itemField] as string))
}

function identity({ event, where }: MeetingSpec): string {
  return canonicalJson({ event, where })
}

/** The first `count` meetings. Items are numbered in the order of their first meeting, so those numbers have no gaps. */
function compress({ subjects, items, names }: Meetings, count: number): CollectedInteractions {
  const met = new Map<number, Set<number>>()
  let itemCount = 0
  for (let index = 0; index < count; index++) {
    const list = met.get(subjects[index]!)
    if (list) list.add(items[index]!)
    else met.set(subjects[index]!, new Set([items[index]!]))
    itemCount = Math.max(itemCount, items[index]! + 1)
  }
  const starts = new Uint32Array(met.size + 1)
  const entries: number[] = []
  let user = 0
  for (const list of met.values()) {
    for (const item of list) entries.push(item)
    starts[++user] = entries.length
  }
  return {
    interactions: { userCount: met.size, itemCount, starts, items: Int32Array.from(entries) },
    itemNames: Array.from({ length: itemCount }, (_, item) => names.name(item)),
  }
}
