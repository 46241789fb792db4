import { type ByteReader, type ByteWriter, SluiceError } from '../../foundation/index.ts'
import type { Verdict } from './review-case.ts'

/** What a reviewer has done so far. */
export interface ReviewerCounts {
  readonly reviewer: string
  /** Cases judged, second looks included. */
  readonly cases: number
  /** Alerts in them. */
  readonly alerts: number
  /** From claim to verdict, summed. */
  readonly minutes: number
  readonly fraud: number
  readonly legitimate: number
  readonly unsure: number
  /** Cases given back. */
  readonly released: number
  /** Cases whose lease ended without a word. */
  readonly expired: number
  /** Cases that two looked at, this reviewer one of them; and those on which they said the same. */
  readonly checked: number
  readonly agreed: number
  /** Of the cases said to be a fraud or not, the share of frauds; `NaN` without one. */
  readonly confirmedShare: number
  /** Of the cases that two looked at; `NaN` without one. */
  readonly agreement: number
}

const FIELDS = [
  'cases',
  'alerts',
  'workedMs',
  'fraud',
  'legitimate',
  'unsure',
  'released',
  'expired',
  'checked',
  'agreed',
] as const
type Counts = Record<(typeof FIELDS)[number], number>

/** Counts by reviewer, in the order in which they first claimed. */
export class ReviewerTally {
  readonly #most: number
  readonly #counts = new Map<string, Counts>()

  constructor(most: number) {
    this.#most = most
  }

  /** Makes room for a reviewer. @throws SluiceError `LIMIT_EXCEEDED` */
  admit(reviewer: string): void {
    if (this.#counts.has(reviewer)) return
    if (this.#counts.size >= this.#most) {
      const message = `review: expected at most ${this.#most} reviewers, got one more; declare more`
      throw new SluiceError('LIMIT_EXCEEDED', message)
    }
    this.#counts.set(reviewer, Object.fromEntries(FIELDS.map((field) => [field, 0])) as Counts)
  }

  add(reviewer: string, field: 'released' | 'expired'): void {
    this.#counts.get(reviewer)![field]++
  }

  addVerdict(reviewer: string, verdict: Verdict, alerts: number, workedMs: number): void {
    const counts = this.#counts.get(reviewer)!
    counts.cases++
    counts.alerts += alerts
    counts.workedMs += workedMs
    counts[verdict]++
  }

  addPair(reviewers: readonly string[], isAgreed: boolean): void {
    for (const reviewer of reviewers) {
      const counts = this.#counts.get(reviewer)!
      counts.checked++
      if (isAgreed) counts.agreed++
    }
  }

  list(): ReviewerCounts[] {
    return Array.from(this.#counts, ([reviewer, { workedMs, ...counts }]) => ({
      reviewer,
      ...counts,
      minutes: workedMs / 60_000,
      confirmedShare: counts.fraud / (counts.fraud + counts.legitimate),
      agreement: counts.agreed / counts.checked,
    }))
  }

  save(writer: ByteWriter): void {
    writer.uint32(this.#counts.size)
    for (const [reviewer, counts] of this.#counts) writer.json([reviewer, ...FIELDS.map((field) => counts[field])])
  }

  load(reader: ByteReader): void {
    for (let left = reader.uint32(); left > 0; left--) {
      const [reviewer, ...values] = reader.json() as [string, ...number[]]
      this.#counts.set(reviewer, Object.fromEntries(FIELDS.map((field, at) => [field, values[at]])) as Counts)
    }
  }
}
