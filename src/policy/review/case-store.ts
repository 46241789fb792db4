import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import { IndexedHeap } from '../indexed-heap.ts'
import { caseOrder, expectedLoss } from './case-priority.ts'
import { CaseQueue } from './case-queue.ts'
import type { ReviewAlert, ReviewCase, ReviewLease, ReviewOpinion, ReviewStage } from './review-case.ts'
import type { ReviewOptions } from './review-options.ts'

/** The cases that are not decided for good, and every order in which they are asked for. */
export class CaseStore {
  readonly #options: Required<ReviewOptions>
  readonly #cases = new Map<number, ReviewCase>()
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

  get(id: number): ReviewCase | undefined {
    return this.#cases.get(id)
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
    const id = this.#current.get(subject)
    return id === undefined ? undefined : this.#cases.get(id)
  }

  leasedTo(reviewer: string): ReviewCase | undefined {
    const id = this.#leasedTo.get(reviewer)
    return id === undefined ? undefined : this.#cases.get(id)
  }

  /** The most urgent case of a stage that a reviewer may have. */
  firstFor(reviewer: string, stage: ReviewStage): ReviewCase | undefined {
    const id = this.#queues[stage].firstFor(reviewer)
    return id === undefined ? undefined : this.#cases.get(id)
  }

  /** Of the cases that wait for a first look, the one that is claimed last. */
  get leastUrgent(): ReviewCase | undefined {
    const { first } = this.#leastUrgent
    return first === undefined ? undefined : this.#cases.get(-first)
  }

  /** A case whose lease is over. */
  firstExpired(now: number): ReviewCase | undefined {
    const { first } = this.#leases
    if (first === undefined || this.#leases.keyOf(first)! > now) return undefined
    return this.#cases.get(first)
  }

  /** Adds a case, which becomes the one that new alerts of its subject join. */
  add(id: number, subject: string, openedAt: number, alerts: readonly ReviewAlert[]): ReviewCase {
    const fresh = { id, subject, openedAt, stage: 'open', alerts, opinions: [], lease: undefined, loss: 0 } as const
    this.#current.set(subject, id)
    return this.put({ ...fresh, loss: this.#lossOf(alerts) })
  }

  /** Puts a case in the place of what it was. */
  put(changed: ReviewCase): ReviewCase {
    const before = this.#cases.get(changed.id)
    if (before) this.#leave(before)
    this.#cases.set(changed.id, changed)
    this.#enter(changed)
    if (changed.stage !== 'open') this.#release(changed)
    return changed
  }

  /** {@link put} with other alerts. */
  putAlerts(changed: ReviewCase, alerts: readonly ReviewAlert[]): ReviewCase {
    return this.put({ ...changed, alerts, loss: this.#lossOf(alerts) })
  }

  remove(gone: ReviewCase): void {
    this.#leave(this.#cases.get(gone.id)!)
    this.#cases.delete(gone.id)
    this.#release(gone)
  }

  save(writer: ByteWriter): void {
    writer.uint32(this.#cases.size)
    for (const each of this.#cases.values()) {
      const { id, subject, openedAt, stage, lease } = each
      const held = lease && [lease.reviewer, lease.since, lease.until]
      const isCurrent = this.#current.get(subject) === id
      writer.json([id, subject, openedAt, stage, isCurrent, held ?? null, each.alerts.length, each.opinions.length])
      for (const alert of each.alerts) writer.json(savedAlert(alert))
      for (const opinion of each.opinions) writer.json(savedOpinion(opinion))
    }
  }

  load(reader: ByteReader): void {
    for (let left = reader.uint32(); left > 0; left--) {
      const fields = reader.json() as SavedCase
      const [id, subject, openedAt, stage, isCurrent, held, alertCount, opinionCount] = fields
      const alerts = Array.from({ length: alertCount }, () => alertOf(reader.json() as SavedAlert))
      const opinions = Array.from({ length: opinionCount }, () => opinionOf(reader.json() as SavedOpinion))
      const lease = held === null ? undefined : { reviewer: held[0], since: held[1], until: held[2] }
      if (isCurrent) this.#current.set(subject, id)
      this.put({ id, subject, openedAt, stage, alerts, opinions, lease, loss: this.#lossOf(alerts) })
    }
  }

  #lossOf(alerts: readonly ReviewAlert[]): number {
    return expectedLoss(alerts, this.#options.unscored)
  }

  #release({ subject, id }: ReviewCase): void {
    if (this.#current.get(subject) === id) this.#current.delete(subject)
  }

  #enter(entering: ReviewCase): void {
    const { id, stage, opinions, lease } = entering
    this.#sizes[stage]++
    if (lease) {
      this.#leases.put(id, lease.until)
      this.#leasedTo.set(lease.reviewer, id)
      return
    }
    const order = caseOrder(entering, this.#options.doublingMs)
    this.#queues[stage].put(
      id,
      order,
      opinions.map(({ reviewer }) => reviewer),
    )
    if (stage === 'open') this.#leastUrgent.put(-id, -order)
  }

  #leave({ id, stage, lease }: ReviewCase): void {
    this.#sizes[stage]--
    this.#queues[stage].remove(id)
    this.#leastUrgent.remove(-id)
    this.#leases.remove(id)
    if (lease) this.#leasedTo.delete(lease.reviewer)
  }
}

type SavedAlert = [string, string, number | null, number, ReviewAlert['action'], string[], number]
type SavedOpinion = [string, ReviewOpinion['verdict'], string, number, [string, ReviewOpinion['verdict'], string][]]
type SavedCase = [
  id: number,
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
