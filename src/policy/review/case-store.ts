import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { IndexedHeap } from '../indexed-heap.ts'
import { caseOrder, expectedLoss } from './case-priority.ts'
import { CaseQueue } from './case-queue.ts'
import type { ReviewAlert, ReviewCase, ReviewLease, ReviewOpinion, ReviewStage } from './review-case.ts'
import type { ReviewOptions } from './review-options.ts'

/** The cases that are not decided for good, and every order in which they are asked for. */
export class CaseStore {
  readonly #options: Required<ReviewOptions>
  /** By place. */
  readonly #cases = new Map<number, ReviewCase>()
  readonly #places = new Map<string, number>()
  readonly #queues: Readonly<Record<ReviewStage, CaseQueue>> = {
    open: new CaseQueue(),
    escalated: new CaseQueue(),
    check: new CaseQueue(),
  }
  readonly #sizes: Record<ReviewStage, number> = { open: 0, escalated: 0, check: 0 }
  /** The cases that wait for a first look, the least urgent first. */
  readonly #leastUrgent = new IndexedHeap()
  /** Leased cases by the end of their lease. */
  readonly #leases = new IndexedHeap()
  readonly #leasedTo = new Map<string, number>()
  /** The case of each subject that new alerts join. */
  readonly #current = new Map<string, number>()

  constructor(options: Required<ReviewOptions>) {
    this.#options = options
  }

  get(id: string): ReviewCase | undefined {
    return this.#at(this.#places.get(id))
  }

  all(): Iterable<ReviewCase> {
    return this.#cases.values()
  }

  /** How many cases are at a stage, leased ones included. */
  count(stage: ReviewStage): number {
    return this.#sizes[stage]
  }

  get leased(): number {
    return this.#leases.size
  }

  /** The open case of a subject that new alerts join. */
  currentOf(subject: string): ReviewCase | undefined {
    return this.#at(this.#current.get(subject))
  }

  leasedTo(reviewer: string): ReviewCase | undefined {
    return this.#at(this.#leasedTo.get(reviewer))
  }

  /**
   * The most urgent case of a stage that a reviewer may have at a time; leases that are over by then do not count.
   *
   * @remarks O(reviewers at work + groups of the queue).
   */
  firstFor(reviewer: string, stage: ReviewStage, now: number): ReviewCase | undefined {
    let best = this.#at(this.#queues[stage].firstFor(reviewer))
    for (const place of this.#leasedTo.values()) {
      const leased = this.#cases.get(place)!
      if (leased.stage !== stage || leased.lease!.until > now) continue
      if (leased.opinions.some((opinion) => opinion.reviewer === reviewer)) continue
      if (best === undefined || this.#isBefore(leased, best)) best = leased
    }
    return best
  }

  /** Of the cases that wait for a first look, the one that is claimed last. */
  get leastUrgent(): ReviewCase | undefined {
    const { first } = this.#leastUrgent
    return first === undefined ? undefined : this.#at(-first)
  }

  /** A case whose lease is over. */
  firstExpired(now: number): ReviewCase | undefined {
    const { first } = this.#leases
    if (first === undefined || this.#leases.keyOf(first)! > now) return undefined
    return this.#cases.get(first)
  }

  /** Adds a case, which becomes the one that new alerts of its subject join. */
  add(place: number, subject: string, openedAt: number, alerts: readonly ReviewAlert[]): ReviewCase {
    const id = alerts[0]!.decision
    this.#current.set(subject, place)
    const loss = this.#lossOf(alerts)
    return this.put({ id, place, subject, openedAt, stage: 'open', alerts, opinions: [], lease: undefined, loss })
  }

  /** Puts a case in the place of what it was. */
  put(changed: ReviewCase): ReviewCase {
    const before = this.#cases.get(changed.place)
    if (before) this.#leave(before)
    this.#cases.set(changed.place, changed)
    this.#places.set(changed.id, changed.place)
    this.#enter(changed)
    if (changed.stage !== 'open') this.#release(changed)
    return changed
  }

  /** {@link put} with other alerts. */
  putAlerts(changed: ReviewCase, alerts: readonly ReviewAlert[]): ReviewCase {
    return this.put({ ...changed, alerts, loss: this.#lossOf(alerts) })
  }

  remove(gone: ReviewCase): void {
    this.#leave(this.#cases.get(gone.place)!)
    this.#cases.delete(gone.place)
    this.#places.delete(gone.id)
    this.#release(gone)
  }

  save(writer: ByteWriter): void {
    writer.uint32(this.#cases.size)
    for (const each of this.#cases.values()) {
      const { id, place, subject, openedAt, stage, lease } = each
      const held = lease && [lease.reviewer, lease.since, lease.until]
      const isCurrent = this.#current.get(subject) === place
      writer.json([
        id,
        place,
        subject,
        openedAt,
        stage,
        isCurrent,
        held ?? null,
        each.alerts.length,
        each.opinions.length,
      ])
      for (const alert of each.alerts) writer.json(savedAlert(alert))
      for (const opinion of each.opinions) writer.json(savedOpinion(opinion))
    }
  }

  load(reader: ByteReader): void {
    for (let left = reader.uint32(); left > 0; left--) {
      const fields = reader.json() as SavedCase
      const [id, place, subject, openedAt, stage, isCurrent, held, alertCount, opinionCount] = fields
      const alerts = Array.from({ length: alertCount }, () => alertOf(reader.json() as SavedAlert))
      const opinions = Array.from({ length: opinionCount }, () => opinionOf(reader.json() as SavedOpinion))
      const lease = held === null ? undefined : { reviewer: held[0], since: held[1], until: held[2] }
      if (isCurrent) this.#current.set(subject, place)
      this.put({ id, place, subject, openedAt, stage, alerts, opinions, lease, loss: this.#lossOf(alerts) })
    }
  }

  #lossOf(alerts: readonly ReviewAlert[]): number {
    return expectedLoss(alerts, this.#options.unscored)
  }

  #at(place: number | undefined): ReviewCase | undefined {
    return place === undefined ? undefined : this.#cases.get(place)
  }

  #isBefore(a: ReviewCase, b: ReviewCase): boolean {
    const [first, second] = [caseOrder(a, this.#options.doublingMs), caseOrder(b, this.#options.doublingMs)]
    return first < second || (first === second && a.place < b.place)
  }

  #release({ subject, place }: ReviewCase): void {
    if (this.#current.get(subject) === place) this.#current.delete(subject)
  }

  #enter(entering: ReviewCase): void {
    const { place, stage, opinions, lease } = entering
    this.#sizes[stage]++
    if (lease) {
      this.#leases.put(place, lease.until)
      this.#leasedTo.set(lease.reviewer, place)
      return
    }
    const order = caseOrder(entering, this.#options.doublingMs)
    this.#queues[stage].put(
      place,
      order,
      opinions.map(({ reviewer }) => reviewer),
    )
    if (stage === 'open') this.#leastUrgent.put(-place, -order)
  }

  #leave({ place, stage, lease }: ReviewCase): void {
    this.#sizes[stage]--
    this.#queues[stage].remove(place)
    this.#leastUrgent.remove(-place)
    this.#leases.remove(place)
    if (lease) this.#leasedTo.delete(lease.reviewer)
  }
}

type SavedAlert = [string, string, number | null, number, ReviewAlert['action'], string[], number]
type SavedOpinion = [string, ReviewOpinion['verdict'], string, number, [string, ReviewOpinion['verdict'], string][]]
type SavedCase = [
  id: string,
  place: number,
  subject: string,
  openedAt: number,
  stage: ReviewStage,
  isCurrent: boolean,
  held: [reviewer: ReviewLease['reviewer'], since: number, until: number] | null,
  alerts: number,
  opinions: number,
]

function savedAlert({ decision, event, probability, amount, action, reasons, at }: ReviewAlert): SavedAlert {
  return [decision, event, probability ?? null, amount, action, [...reasons], at]
}

function alertOf([decision, event, probability, amount, action, reasons, at]: SavedAlert): ReviewAlert {
  return { decision, event, probability: probability ?? undefined, amount, action, reasons, at }
}

function savedOpinion({ reviewer, verdict, note, at, alerts }: ReviewOpinion): SavedOpinion {
  return [reviewer, verdict, note, at, alerts.map((each) => [each.decision, each.verdict, each.note])]
}

function opinionOf([reviewer, verdict, note, at, alerts]: SavedOpinion): ReviewOpinion {
  const judged = alerts.map(([decision, of, noted]) => ({ decision, verdict: of, note: noted }))
  return { reviewer, verdict, note, at, alerts: judged }
}
