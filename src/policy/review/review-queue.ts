import { type ByteReader, type ByteWriter, hashString53, SluiceError } from '../../foundation/index.ts'
import { casePriority } from './case-priority.ts'
import { CaseStore } from './case-store.ts'
import { HourlyCounts } from './hourly-counts.ts'
import type { AlertVerdict, ReviewAlert, ReviewCase, ReviewOpinion, ReviewStage, Verdict } from './review-case.ts'
import { type ReviewOptions, requireReviewOptions } from './review-options.ts'
import { type ReviewRecord, requireReviewRecord } from './review-record.ts'
import { type ReviewerCounts, ReviewerTally } from './reviewer-counts.ts'

/** What a person found out about an event, as it goes back into the labels. */
export interface ReviewLabel {
  /** The same when the record is applied again, and no other label's: the id of the event that tells it. */
  readonly id: string
  readonly case: string
  readonly decision: string
  readonly event: string
  readonly subject: string
  readonly fraud: boolean
  readonly reviewer: string
  readonly at: number
}

/** What a record did. */
export interface ReviewOutcome {
  /** The case that it was about, as it is now, or was when it was decided. */
  readonly case: ReviewCase
  /** Whether the verdict was the last word on the case. */
  readonly isDecided: boolean
  /** Of a verdict. A later label of the same decision corrects an earlier one. */
  readonly labels: readonly ReviewLabel[]
  /** The case that was dropped because there were too many. */
  readonly dropped: ReviewCase | undefined
}

/** Two verdicts on one case by two reviewers, neither of whom was the other's. */
export interface VerdictPair {
  readonly case: string
  readonly at: number
  readonly reviewers: readonly [first: string, second: string]
  readonly verdicts: readonly [first: Verdict, second: Verdict]
}

/** How much waits. */
export interface ReviewBacklog {
  /** Cases at each stage, leased ones included. */
  readonly open: number
  readonly escalated: number
  readonly check: number
  /** Cases that somebody works on. */
  readonly leased: number
  /** Of the cases that nobody has judged; 0 without one. */
  readonly oldestAgeMs: number
  /** Sum of the expected losses of the cases that nobody has judged. */
  readonly loss: number
  /** In the hour of now and the 23 before: cases opened, and verdicts. */
  readonly openedLastDay: number
  readonly judgedLastDay: number
  /** How long the cases at hand take at the pace of the last day; `Infinity` when nobody works, 0 when nothing waits. */
  readonly daysToClear: number
  /** Since the beginning: what was dropped because there were too many cases. */
  readonly dropped: { readonly cases: number; readonly alerts: number; readonly loss: number }
  /** Since the beginning: second looks that were due and for which there was no room. */
  readonly checksSkipped: number
}

type VerdictRecord = Extract<ReviewRecord, { kind: 'verdict' }>

/**
 * The review queue of a system: a function of the records in the order of the log, to the byte. Time is that of the
 * records; a lease that ended is taken away by the next record.
 *
 * @remarks A record takes O(log cases), a claim besides O(people who judged what waits for a second look). Some 1 kB a
 * case with one alert.
 */
export class ReviewQueue {
  readonly #options: Required<ReviewOptions>
  readonly #cases: CaseStore
  readonly #reviewers: ReviewerTally
  readonly #opened = new HourlyCounts()
  readonly #judged = new HourlyCounts()
  #pairs: VerdictPair[] = []
  #next = 1
  #dropped = { cases: 0, alerts: 0, loss: 0 }
  #checksSkipped = 0

  /** @throws SluiceError `OUT_OF_RANGE` */
  constructor(options: ReviewOptions) {
    this.#options = requireReviewOptions(options)
    this.#cases = new CaseStore(this.#options)
    this.#reviewers = new ReviewerTally(this.#options.reviewers)
  }

  /**
   * @throws SluiceError `INVALID_ARGUMENT`, `OUT_OF_RANGE` for a record that is not sound; `UNKNOWN_CASE`;
   * `LEASE_NOT_HELD` when the reviewer does not have the case, or no longer, or claims one that somebody else has;
   * `ILLEGAL_MOVE` for a claim of a case that the reviewer has judged, or beside another one; `LIMIT_EXCEEDED` for one
   * reviewer too many. What is refused changes nothing but the leases that are over by then, and the same on a replay.
   */
  apply(record: ReviewRecord): ReviewOutcome {
    requireReviewRecord(record)
    this.#expire(record.at)
    switch (record.kind) {
      case 'alert':
        return this.#alert(record)
      case 'claim':
        return outcome(this.#claim(record.case, record.reviewer, record.at))
      case 'heartbeat':
        return outcome(this.#lease(this.#held(record), record.reviewer, record.at))
      case 'release': {
        const held = this.#held(record)
        this.#reviewers.add(record.reviewer, 'released')
        return outcome(this.#cases.put({ ...held, lease: undefined }))
      }
      case 'verdict':
        return this.#verdict(record)
    }
  }

  /**
   * The case that a reviewer should claim: the one they have, else the most urgent of a stage that they may have;
   * undefined when nothing waits for them. Of two reviewers who were named the same case, the second claim is refused
   * with `LEASE_NOT_HELD`, and they ask again.
   *
   * @param now - milliseconds since 1970
   */
  next(reviewer: string, stage: ReviewStage, now: number): ReviewCase | undefined {
    const held = this.#cases.leasedTo(reviewer)
    const isOver = held?.lease !== undefined && held.lease.until <= now
    return held && !isOver ? held : this.#cases.firstFor(reviewer, stage, now)
  }

  /** @throws SluiceError `UNKNOWN_CASE` when no undecided case has the id */
  case(id: string): ReviewCase {
    const found = this.#cases.get(id)
    if (found) return found
    throw new SluiceError('UNKNOWN_CASE', `case: expected an undecided case, got ${id}; it was decided or dropped`)
  }

  /** Undecided cases in the order in which they were opened. */
  cases(): Iterable<ReviewCase> {
    return this.#cases.all()
  }

  /** How urgent a case is at a time; in the same order as it is claimed. */
  priority(of: ReviewCase, now: number): number {
    return casePriority(of, now, this.#options.doublingMs)
  }

  /** What each reviewer has done. */
  reviewers(): ReviewerCounts[] {
    return this.#reviewers.list()
  }

  /** The newest second looks, oldest first: what the agreement of reviewers is judged by. */
  get pairs(): readonly VerdictPair[] {
    return this.#pairs
  }

  /** @remarks O(cases). */
  backlog(now: number): ReviewBacklog {
    let oldest = now
    let loss = 0
    for (const each of this.#cases.all()) {
      if (each.stage !== 'open') continue
      oldest = Math.min(oldest, each.openedAt)
      loss += each.loss
    }
    const [open, escalated, check] = [
      this.#cases.count('open'),
      this.#cases.count('escalated'),
      this.#cases.count('check'),
    ]
    const waiting = open + escalated + check
    const judgedLastDay = this.#judged.total(now)
    return {
      open,
      escalated,
      check,
      leased: this.#cases.leased,
      oldestAgeMs: now - oldest,
      loss,
      openedLastDay: this.#opened.total(now),
      judgedLastDay,
      daysToClear: waiting === 0 ? 0 : waiting / judgedLastDay,
      dropped: { ...this.#dropped },
      checksSkipped: this.#checksSkipped,
    }
  }

  /** Lets go of the alerts of decisions that are erased; a case without one is gone, and the others keep their ids. O(cases). */
  forget(decisions: ReadonlySet<string>): void {
    for (const each of [...this.#cases.all()]) {
      const alerts = each.alerts.filter(({ decision }) => !decisions.has(decision))
      if (alerts.length === 0) this.#cases.remove(each)
      else if (alerts.length < each.alerts.length) this.#cases.putAlerts(each, alerts)
    }
  }

  save(writer: ByteWriter): void {
    const { cases, alerts, loss } = this.#dropped
    writer.float64s(Float64Array.of(this.#next, cases, alerts, loss, this.#checksSkipped))
    this.#cases.save(writer)
    this.#reviewers.save(writer)
    this.#opened.save(writer)
    this.#judged.save(writer)
    writer.json(this.#pairs.map(({ case: of, at, reviewers, verdicts }) => [of, at, reviewers, verdicts]))
  }

  /** Reads what {@link save} wrote into a queue that is empty. */
  load(reader: ByteReader): void {
    const [next, cases, alerts, loss, checksSkipped] = reader.float64s()
    this.#next = next!
    this.#dropped = { cases: cases!, alerts: alerts!, loss: loss! }
    this.#checksSkipped = checksSkipped!
    this.#cases.load(reader)
    this.#reviewers.load(reader)
    this.#opened.load(reader)
    this.#judged.load(reader)
    const pairs = reader.json() as [string, number, VerdictPair['reviewers'], VerdictPair['verdicts']][]
    this.#pairs = pairs.map(([of, at, reviewers, verdicts]) => ({ case: of, at, reviewers, verdicts }))
  }

  #expire(now: number): void {
    for (let each = this.#cases.firstExpired(now); each; each = this.#cases.firstExpired(now)) {
      this.#reviewers.add(each.lease!.reviewer, 'expired')
      this.#cases.put({ ...each, lease: undefined })
    }
  }

  #alert(record: Extract<ReviewRecord, { kind: 'alert' }>): ReviewOutcome {
    const { subject, decision, event, probability, amount, action, reasons, at } = record
    const alert: ReviewAlert = { decision, event, probability, amount, action, reasons: [...reasons], at }
    const current = this.#cases.currentOf(subject)
    const known = current?.alerts.some((each) => each.decision === decision) ? current : this.#cases.get(decision)
    if (known) return outcome(known)
    const joins = current && Math.abs(at - current.openedAt) <= this.#options.windowMs
    if (joins && current.alerts.length < this.#options.alerts) {
      return outcome(this.#cases.putAlerts(current, [...current.alerts, alert]))
    }
    const opened = this.#open(subject, at, [alert])
    return { ...outcome(opened), dropped: this.#dropOne() }
  }

  #open(subject: string, at: number, alerts: readonly ReviewAlert[]): ReviewCase {
    this.#opened.add(at)
    return this.#cases.add(this.#next++, subject, at, alerts)
  }

  #dropOne(): ReviewCase | undefined {
    if (this.#cases.count('open') + this.#cases.count('escalated') <= this.#options.cases) return undefined
    const least = this.#cases.leastUrgent
    if (least === undefined) return undefined
    this.#cases.remove(least)
    const { cases, alerts, loss } = this.#dropped
    this.#dropped = { cases: cases + 1, alerts: alerts + least.alerts.length, loss: loss + least.loss }
    return least
  }

  #claim(id: string, reviewer: string, at: number): ReviewCase {
    const found = this.case(id)
    const other = this.#cases.leasedTo(reviewer)
    if (found.lease && found.lease.reviewer !== reviewer) throw notHeld(found, reviewer)
    if (other && other.id !== id)
      throw illegal(id, `a reviewer without a case`, `one who has ${other.id}; judge or release it`)
    if (found.opinions.some((opinion) => opinion.reviewer === reviewer)) {
      throw illegal(id, 'a reviewer who has not judged it', `${reviewer}, who has; claim another`)
    }
    this.#reviewers.admit(reviewer)
    return this.#lease(found, reviewer, at)
  }

  #lease(of: ReviewCase, reviewer: string, at: number): ReviewCase {
    const since = of.lease?.since ?? at
    return this.#cases.put({ ...of, lease: { reviewer, since, until: at + this.#options.leaseMs } })
  }

  /** The case, when the reviewer has it. */
  #held({ case: id, reviewer }: { readonly case: string; readonly reviewer: string }): ReviewCase {
    const found = this.case(id)
    if (found.lease?.reviewer === reviewer) return found
    throw notHeld(found, reviewer)
  }

  #verdict(record: VerdictRecord): ReviewOutcome {
    const held = this.#held(record)
    const { reviewer, verdict, note = '', at, seen } = record
    const shown = shownAlerts(held, record)
    const opinion: ReviewOpinion = { reviewer, verdict, note, at, alerts: (record.alerts ?? []).map(plainVerdict) }
    this.#reviewers.addVerdict(reviewer, verdict, shown.length, Math.max(0, at - held.lease!.since))
    this.#judged.add(at)
    const stage = this.#stageAfter(held, opinion)
    const opinions = [...held.opinions, opinion]
    const judged = this.#cases.putAlerts({ ...held, stage: stage ?? held.stage, opinions, lease: undefined }, shown)
    if (stage === undefined) this.#cases.remove(judged)
    let dropped: ReviewCase | undefined
    if (shown.length < held.alerts.length) {
      this.#open(held.subject, at, held.alerts.slice(seen))
      dropped = this.#dropOne()
    }
    const labels = held.stage === 'check' ? [] : labelsOf(judged, opinion)
    return { case: judged, isDecided: stage === undefined, labels, dropped }
  }

  /** Where a case goes after an opinion; undefined when it is decided for good. */
  #stageAfter({ id, stage, opinions }: ReviewCase, { reviewer, verdict, at }: ReviewOpinion): ReviewStage | undefined {
    if (stage === 'check') {
      const first = opinions[0]!
      const isAgreed = first.verdict === verdict
      const reviewers = [first.reviewer, reviewer] as const
      this.#pairs = [...this.#pairs, { case: id, at, reviewers, verdicts: [first.verdict, verdict] as const }].slice(
        -this.#options.pairs,
      )
      this.#reviewers.addPair(reviewers, isAgreed)
      return isAgreed ? undefined : 'escalated'
    }
    if (verdict === 'unsure') return 'escalated'
    if (stage === 'escalated' || !this.#isDrawn(id)) return undefined
    if (this.#cases.count('check') < this.#options.checks) return 'check'
    this.#checksSkipped++
    return undefined
  }

  #isDrawn(id: string): boolean {
    return hashString53(id, this.#options.seed) / 2 ** 53 < this.#options.checkShare
  }
}

function notHeld({ id, lease }: ReviewCase, reviewer: string): SluiceError {
  const got = lease ? 'one leased to somebody else' : 'one leased to nobody'
  return new SluiceError('LEASE_NOT_HELD', `case ${id}: expected a case leased to ${reviewer}, got ${got}; claim one`)
}

function illegal(id: string, expected: string, got: string): SluiceError {
  return new SluiceError('ILLEGAL_MOVE', `case ${id}: expected ${expected}, got ${got}`)
}

function outcome(of: ReviewCase): ReviewOutcome {
  return { case: of, isDecided: false, labels: [], dropped: undefined }
}

function plainVerdict({ decision, verdict, note }: AlertVerdict): AlertVerdict {
  return { decision, verdict, note }
}

/** The alerts that the reviewer was shown; all single verdicts are on them. */
function shownAlerts({ id, alerts }: ReviewCase, { seen, alerts: judged = [] }: VerdictRecord): readonly ReviewAlert[] {
  const isCount = Number.isSafeInteger(seen) && seen >= 1 && seen <= alerts.length
  if (!isCount) {
    const message = `verdict on case ${id}, seen: expected 1 to ${alerts.length} alerts, got ${seen}; say how many were shown`
    throw new SluiceError('INVALID_ARGUMENT', message)
  }
  const shown = alerts.slice(0, seen)
  const foreign = judged.find(({ decision }) => !shown.some((alert) => alert.decision === decision))
  if (foreign === undefined) return shown
  const message = `verdict on case ${id}: expected verdicts on the alerts shown, got one on ${foreign.decision}; leave it out`
  throw new SluiceError('INVALID_ARGUMENT', message)
}

/** What an opinion says of each alert, where it is sure. */
function labelsOf({ id, subject, alerts, opinions }: ReviewCase, opinion: ReviewOpinion): ReviewLabel[] {
  const { reviewer, at } = opinion
  return alerts.flatMap(({ decision, event }) => {
    const verdict = opinion.alerts.find((each) => each.decision === decision)?.verdict ?? opinion.verdict
    if (verdict === 'unsure') return []
    const label = { case: id, decision, event, subject, fraud: verdict === 'fraud', reviewer, at }
    return [{ id: `review-${decision}-${opinions.length}`, ...label }]
  })
}
