import type { Application } from '../application/index.ts'
import type { EventRecord, Subject } from '../data/index.ts'
import { BoundedMap } from '../foundation/index.ts'
import { satisfies } from '../problem/index.ts'
import type { LabelSpec } from '../ranking/index.ts'
import { referenceField } from '../retrieval/index.ts'

/** Decisions whose version is remembered, and impressions that may meet their label. */
const REMEMBERED_DECISIONS = 100_000
const REMEMBERED_IMPRESSIONS = 200_000
const SEPARATOR = '\u0000'

/** What became of a version's impressions. */
export interface ClickThrough {
  /** Impressions that named a decision of this version. */
  readonly impressions: number
  /** Of these, those that the label followed within its window. */
  readonly labelled: number
  /** Of these, those whose window is still open, labelled or not. */
  readonly open: number
  /** The labelled share of those whose window has closed; null when there are none. */
  readonly rate: number | null
}

interface Tally {
  impressions: number
  labelled: number
}

interface Impression {
  readonly tally: Tally
  readonly at: number
  isLabelled: boolean
}

/** An event and the names of its fields that refer to the subject and the item. */
interface Fields {
  readonly subject: string
  readonly item: string
}

type Exposure = Fields & { readonly event: string; readonly group: string }
type Label = Fields & LabelSpec

/** Joins impressions to the version that decided them, and labels to impressions, as events come by. */
export class ClickThroughJoin {
  readonly #exposure: Exposure
  readonly #label: Label
  readonly #versions = new BoundedMap<string, string>(REMEMBERED_DECISIONS)
  readonly #remembered = new BoundedMap<string, Impression>(REMEMBERED_IMPRESSIONS)
  readonly #tallies = new Map<string, Tally>()
  #unknown = 0
  #newest = 0

  private constructor(exposure: Exposure, label: Label) {
    this.#exposure = exposure
    this.#label = label
  }

  /** The join of a system; undefined when the system does not say which event is an impression. */
  static of({ schema, systems }: Application, name: string): ClickThroughJoin | undefined {
    const system = systems[name]
    if (!system || system.task === 'classification' || system.ranking?.examples.kind !== 'exposures') return undefined
    const { event, group } = system.ranking.examples
    const { label } = system.ranking
    // A search may be nobody's: what follows on it names its decision.
    const fieldsOf = (type: string) =>
      system.task === 'search'
        ? { subject: group, item: referenceField(schema, type, system.documents) }
        : { subject: referenceField(schema, type, system.subject), item: referenceField(schema, type, system.item) }
    return new ClickThroughJoin({ event, group, ...fieldsOf(event) }, { ...label, ...fieldsOf(label.event) })
  }

  /** Impressions that named no decision that is remembered. */
  get unknown(): number {
    return this.#unknown
  }

  decided(decision: string, version: string): void {
    this.#versions.set(decision, version)
  }

  applied(record: EventRecord): void {
    if (record.at > this.#newest) this.#newest = record.at
    if (record.type === this.#exposure.event) this.#shown(record)
    if (record.type === this.#label.event && satisfies(record, this.#label.where)) this.#labelled(record)
  }

  /** Forgets who met what, of a person or thing; what was counted stays counted. O(remembered impressions). */
  forget({ id }: Subject): void {
    for (const key of this.#remembered.keys()) if (key.split(SEPARATOR).includes(id)) this.#remembered.delete(key)
  }

  /** By version. O(remembered impressions). */
  byVersion(): Record<string, ClickThrough> {
    const open = this.#openTallies()
    return Object.fromEntries(
      [...this.#tallies].map(([version, tally]) => {
        const { impressions, labelled } = open.get(tally) ?? { impressions: 0, labelled: 0 }
        const closed = tally.impressions - impressions
        const rate = closed === 0 ? null : (tally.labelled - labelled) / closed
        return [version, { ...tally, open: impressions, rate }]
      }),
    )
  }

  /** What of each tally has its window still open, as of the newest event. */
  #openTallies(): Map<Tally, Tally> {
    const open = new Map<Tally, Tally>()
    for (const { tally, at, isLabelled } of this.#remembered.values()) {
      if (this.#newest - at > this.#label.withinMs) continue
      const { impressions, labelled } = open.get(tally) ?? { impressions: 0, labelled: 0 }
      open.set(tally, { impressions: impressions + 1, labelled: labelled + (isLabelled ? 1 : 0) })
    }
    return open
  }

  #shown(record: EventRecord): void {
    const { group, subject, item } = this.#exposure
    const version = this.#versions.get(String(record[group]))
    if (version === undefined) {
      this.#unknown++
      return
    }
    const tally = this.#tallies.get(version) ?? { impressions: 0, labelled: 0 }
    this.#tallies.set(version, tally)
    tally.impressions++
    this.#remembered.set(pairKey(record, subject, item), { tally, at: record.at, isLabelled: false })
  }

  #labelled(record: EventRecord): void {
    const { subject, item, withinMs } = this.#label
    const shown = this.#remembered.get(pairKey(record, subject, item))
    // A label of before the impression is about something else; the first one after it is the one that counts.
    if (!shown || shown.isLabelled || record.at < shown.at || record.at - shown.at > withinMs) return
    shown.isLabelled = true
    shown.tally.labelled++
  }
}

function pairKey(record: EventRecord, subject: string, item: string): string {
  return `${record[subject]}${SEPARATOR}${record[item]}`
}
