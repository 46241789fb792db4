import type { EventRecord, Subject } from '../../data/index.ts'
import { BoundedMap, DAY_MS, HOUR_MS } from '../../foundation/index.ts'
import type { StreamFamily } from '../change/change-watch.ts'
import { bandEdges, bandName, bandOf } from './amount-bands.ts'
import { SeenKeys } from './seen-keys.ts'

/** Which fields of an event make its pattern. */
export interface PatternFields {
  /** The event, such as `payment`. */
  readonly event: string
  /** Whose event it is, such as `card`. */
  readonly subject: string
  /** What it is with, such as `terminal`. */
  readonly counterpart: string
  /** What it is worth, such as `amount`. */
  readonly amount: string
  /** How it was made, such as `channel`; all are of one kind when absent. */
  readonly channel?: string
  /** Who else tells that events come of one cause, such as `device` and `address`; the subject always does. */
  readonly together?: readonly string[]
  /** Amounts that somebody who knows them stays under, such as the limits of rules. */
  readonly limits: readonly number[]
}

/** Values of the channel that are told apart, by when they came first; others are one. */
const CHANNELS = 4
/** Two that met within so long know each other. */
const KNOWN_MS = 14 * DAY_MS
/** A counterpart that nobody saw before is new for so long. */
const NEW_MS = 7 * DAY_MS
/** A counterpart is never forgotten while it is used now and then. */
const FORGOTTEN_MS = 90 * DAY_MS
/** For how long events of one subject, or of one device, that look alike are one cause. */
const ONE_CAUSE_MS = 6 * HOUR_MS
const NOVELTY = ['where the subject was of late', 'where the subject was not of late', 'at a new counterpart'] as const
const NEW = 2
const REMEMBERED_CAUSES = 200_000
const SEPARATOR = '\u0000'

/**
 * What an event looks like to somebody who thinks of tactics: its channel, the band of its amount about the known limits, and
 * whether subject and counterpart know each other. Each combination is a stream, and so are each band and each novelty.
 * Needs no label and no model.
 */
export class PaymentPatterns implements StreamFamily {
  readonly name: string
  readonly weights: readonly number[]
  readonly #fields: PatternFields
  readonly #edges: readonly number[]
  readonly #channels: string[] = []
  readonly #pairs = new SeenKeys(KNOWN_MS)
  readonly #counterparts = new SeenKeys(FORGOTTEN_MS)
  readonly #causes = new BoundedMap<string, number>(REMEMBERED_CAUSES)

  constructor(fields: PatternFields) {
    this.#fields = fields
    this.#edges = bandEdges(fields.limits)
    this.name = fields.event
    const cells = CHANNELS * this.#bands * NOVELTY.length
    // The four kinds of streams share the budget: fewer streams of a kind have more of it each.
    const kinds = [cells, this.#bands, NOVELTY.length, CHANNELS]
    this.weights = kinds.flatMap((size) => Array.from({ length: size }, () => 1 / kinds.length / size))
  }

  streamName(signal: number): string {
    const [bands, cells] = [this.#bands, CHANNELS * this.#bands * NOVELTY.length]
    const [{ amount, channel }, edges] = [this.#fields, this.#edges]
    if (signal < cells) {
      const novelty = NOVELTY[signal % NOVELTY.length]!
      const band = Math.floor(signal / NOVELTY.length) % bands
      const kind = this.#channelName(Math.floor(signal / NOVELTY.length / bands))
      return `${channel === undefined ? '' : `${kind}, `}${amount} ${bandName(edges, band)}, ${novelty}`
    }
    const coarse = signal - cells
    if (coarse < bands) return `${amount} ${bandName(edges, coarse)}`
    if (coarse < bands + NOVELTY.length) return NOVELTY[coarse - bands]!
    return this.#channelName(coarse - bands - NOVELTY.length)
  }

  /**
   * The pattern of an event, as its signals, and those of them that fire: of a burst of events that look alike only the first
   * is evidence. At a new counterpart a burst is that of one subject: where nobody pays usually, each who does tells something.
   * Elsewhere it is that of one device, too. The event counts as seen from then on.
   */
  look(record: EventRecord): { readonly pattern: readonly number[]; readonly fired: readonly number[] } {
    const { subject, counterpart, amount, channel } = this.#fields
    const band = bandOf(this.#edges, Number(record[amount]))
    const kind = channel === undefined ? 0 : this.#channelOf(String(record[channel]))
    const other = String(record[counterpart])
    const knownMs = this.#pairs.note(`${record[subject]}${SEPARATOR}${other}`, record.at)
    const isNew = this.#counterparts.note(other, record.at) < NEW_MS
    const novelty = isNew ? NEW : knownMs === 0 ? 1 : 0
    const cell = (kind * this.#bands + band) * NOVELTY.length + novelty
    const coarse = CHANNELS * this.#bands * NOVELTY.length
    const pattern = [cell, coarse + band, coarse + this.#bands + novelty, coarse + this.#bands + NOVELTY.length + kind]
    const [ofSubject, ...ofOthers] = this.causesOf(record)
    const isNewSubject = this.#isNewCause(cell, [ofSubject!], record.at)
    const isNewCause = this.#isNewCause(cell, ofOthers, record.at) && isNewSubject
    const ofNovelty = pattern[2]!
    if (novelty !== NEW || !isNewSubject) return { pattern, fired: isNewCause ? pattern : [] }
    return { pattern, fired: isNewCause ? pattern : [cell, ofNovelty] }
  }

  /** Who and what an event may be caused by: its subject and what tells that events belong together. */
  causesOf(record: EventRecord): string[] {
    const { subject, together = [] } = this.#fields
    const named = [subject, ...together].filter((field) => record[field] !== undefined)
    return named.map((field) => `${field}${SEPARATOR}${record[field]}`)
  }

  /** Forgets whom a person or thing met. O(remembered pairs). */
  forget({ id }: Subject): void {
    const isOfName = (key: string) => key.split(SEPARATOR).includes(id)
    this.#pairs.forget(isOfName)
    this.#counterparts.forget(isOfName)
    for (const key of this.#causes.keys()) if (isOfName(key)) this.#causes.delete(key)
  }

  /** What is remembered, for JSON. */
  save(): SavedPatterns {
    return {
      channels: this.#channels,
      pairs: this.#pairs.save(),
      counterparts: this.#counterparts.save(),
      causes: [...this.#causes.entries()],
    }
  }

  load({ channels, pairs, counterparts, causes }: SavedPatterns): void {
    this.#channels.push(...channels)
    this.#pairs.load(pairs)
    this.#counterparts.load(counterparts)
    for (const [key, at] of causes) this.#causes.set(key, at)
  }

  /** Whether nobody and nothing of an event caused another in the cell of late; then it does so from now on. */
  #isNewCause(cell: number, causes: readonly string[], at: number): boolean {
    const keys = causes.map((cause) => `${cell}${SEPARATOR}${cause}`)
    const isOfLate = keys.some((key) => at - (this.#causes.get(key) ?? Number.NEGATIVE_INFINITY) < ONE_CAUSE_MS)
    if (!isOfLate) for (const key of keys) this.#causes.set(key, at)
    return !isOfLate
  }

  get #bands(): number {
    return this.#edges.length + 1
  }

  #channelOf(value: string): number {
    const known = this.#channels.indexOf(value)
    if (known >= 0) return known
    if (this.#channels.length < CHANNELS - 1) return this.#channels.push(value) - 1
    return CHANNELS - 1
  }

  #channelName(kind: number): string {
    return this.#channels[kind] ?? 'another way'
  }
}

interface SavedPatterns {
  readonly channels: readonly string[]
  readonly pairs: readonly [string, number, number][]
  readonly counterparts: readonly [string, number, number][]
  readonly causes: readonly [string, number][]
}
