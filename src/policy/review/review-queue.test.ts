import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, HOUR_MS, hashString53, isSluiceError, MINUTE_MS } from '../../foundation/index.ts'
import type { ReviewAlert, ReviewCase, ReviewStage, Verdict } from './review-case.ts'
import { ReviewQueue } from './review-queue.ts'
import type { ReviewRecord } from './review-record.ts'

const OPTIONS = {
  seed: 5,
  windowMs: 40 * MINUTE_MS,
  leaseMs: 15 * MINUTE_MS,
  doublingMs: HOUR_MS,
  checkShare: 0.5,
  cases: 4,
  checks: 2,
  alerts: 3,
}
const START = 1_700_000_000_000

function bytesOf(queue: ReviewQueue): Uint8Array {
  const writer = new ByteWriter()
  queue.save(writer)
  return writer.finish()
}

function reopened(queue: ReviewQueue, options = OPTIONS): ReviewQueue {
  const copy = new ReviewQueue(options)
  copy.load(new ByteReader(bytesOf(queue), 'DIRECTORY_CORRUPT'))
  return copy
}

type AlertRecord = Extract<ReviewRecord, { kind: 'alert' }>

function alert(n: number, subject: string, given: Partial<ReviewAlert> = {}): AlertRecord {
  const [decision, event] = [`d${n}`, `e${n}`]
  const scored = { probability: 0.5, amount: 100, action: 'review', reasons: ['many payments'] } as const
  return { kind: 'alert', subject, decision, event, ...scored, at: START, ...given }
}

/** A case as a list of facts; the queue by lists, filters and sorts. */
interface NaiveCase {
  id: string
  subject: string
  openedAt: number
  stage: ReviewStage | 'done'
  alerts: ReviewAlert[]
  opinions: { reviewer: string; verdict: Verdict }[]
  lease: { reviewer: string; until: number } | undefined
}

class NaiveQueue {
  cases: NaiveCase[] = []
  pairs: [string, string, string][] = []
  dropped = 0
  skipped = 0

  /** What became of a record: the case, and its labels; or `refused`. */
  apply(record: ReviewRecord): unknown {
    for (const each of this.cases) if (each.lease && each.lease.until <= record.at) each.lease = undefined
    if (record.kind === 'alert') return [this.#alert(record), []]
    const found = this.cases.find(({ id, stage }) => id === record.case && stage !== 'done')
    if (found === undefined) return 'refused'
    const { reviewer } = record
    if (record.kind === 'claim') {
      const isTaken = found.lease !== undefined && found.lease.reviewer !== reviewer
      const hasOther = this.cases.some((each) => each !== found && each.lease?.reviewer === reviewer)
      if (isTaken || hasOther || found.opinions.some((opinion) => opinion.reviewer === reviewer)) return 'refused'
    } else if (found.lease?.reviewer !== reviewer) return 'refused'
    if (record.kind === 'verdict') return this.#verdict(found, record)
    found.lease = record.kind === 'release' ? undefined : { reviewer, until: record.at + OPTIONS.leaseMs }
    return [found.id, []]
  }

  next(reviewer: string, stage: ReviewStage, now: number): string | undefined {
    const held = this.cases.find(({ lease }) => lease && lease.until > now && lease.reviewer === reviewer)
    const free = this.cases.filter((each) => {
      const isFree = each.lease === undefined || each.lease.until <= now
      return each.stage === stage && isFree && each.opinions.every((opinion) => opinion.reviewer !== reviewer)
    })
    return (held ?? mostUrgentFirst(free)[0])?.id
  }

  #alert({ subject, at, ...given }: AlertRecord): string {
    const alerted = { ...given, at }
    const current = this.cases.findLast((each) => each.subject === subject)
    const known = this.cases.find(
      (each) =>
        each.stage !== 'done' &&
        ((each === current && each.stage === 'open' && has(each, given.decision)) || each.id === given.decision),
    )
    if (known) return known.id
    const isOpen = current?.stage === 'open' && Math.abs(at - current.openedAt) <= OPTIONS.windowMs
    if (isOpen && current.alerts.length < OPTIONS.alerts) {
      current.alerts.push(alerted)
      return current.id
    }
    return this.#open(subject, at, [alerted])
  }

  #open(subject: string, openedAt: number, alerts: ReviewAlert[]): string {
    const id = alerts[0]!.decision
    this.cases.push({ id, subject, openedAt, stage: 'open', alerts, opinions: [], lease: undefined })
    const undecided = this.cases.filter(({ stage }) => stage === 'open' || stage === 'escalated')
    const last = mostUrgentFirst(undecided.filter(({ stage, lease }) => stage === 'open' && !lease)).at(-1)
    if (undecided.length > OPTIONS.cases && last) {
      last.stage = 'done'
      this.dropped++
    }
    return id
  }

  #verdict(found: NaiveCase, record: Extract<ReviewRecord, { kind: 'verdict' }>): unknown {
    const { reviewer, verdict, seen, alerts: judged = [] } = record
    const shown = found.alerts.slice(0, seen)
    if (seen > found.alerts.length || judged.some(({ decision }) => !has({ alerts: shown }, decision))) return 'refused'
    const rest = found.alerts.slice(seen)
    found.alerts = shown
    found.lease = undefined
    const stage = found.stage
    found.opinions.push({ reviewer, verdict })
    const first = found.opinions[0]!
    if (stage === 'check') {
      this.pairs.push([found.id, `${first.reviewer} ${first.verdict}`, `${reviewer} ${verdict}`])
      found.stage = first.verdict === verdict ? 'done' : 'escalated'
    } else if (verdict === 'unsure') found.stage = 'escalated'
    else if (stage === 'open' && hashString53(found.id, OPTIONS.seed) / 2 ** 53 < OPTIONS.checkShare) {
      const hasRoom = this.cases.filter((each) => each.stage === 'check').length < OPTIONS.checks
      if (!hasRoom) this.skipped++
      found.stage = hasRoom ? 'check' : 'done'
    } else found.stage = 'done'
    const said = shown.map(({ decision }) => [
      decision,
      judged.find((each) => each.decision === decision)?.verdict ?? verdict,
    ])
    if (rest.length > 0) this.#open(found.subject, record.at, rest)
    const labels = stage === 'check' ? [] : said.filter(([, of]) => of !== 'unsure')
    return [found.id, labels.map(([decision, of]) => [decision, of === 'fraud'])]
  }
}

function has({ alerts }: { alerts: readonly ReviewAlert[] }, decision: string): boolean {
  return alerts.some((each) => each.decision === decision)
}

/** By (1 + loss) x 2^age at one moment. */
function mostUrgentFirst(cases: readonly NaiveCase[]): NaiveCase[] {
  const lossOf = (alerts: readonly ReviewAlert[]) =>
    alerts
      .map(({ probability = 0.5, amount }) => probability * amount)
      .sort((a, b) => b - a)
      .reduce((sum, loss, place) => sum + loss * 0.8 ** place, 0)
  const priority = ({ alerts, openedAt }: NaiveCase) => (1 + lossOf(alerts)) * 2 ** ((START - openedAt) / HOUR_MS)
  return [...cases].sort((a, b) => priority(b) - priority(a))
}

const REVIEWERS = ['ann', 'bob', 'eve']
/** Moves in terms of what is there: the nth case, or the next one. Amounts and times that never tie. */
const move = fc.record({
  kind: fc.constantFrom(
    'alert',
    'alert',
    'alert',
    'claim',
    'claim',
    'claim',
    'any claim',
    'heartbeat',
    'release',
    'verdict',
    'verdict',
    'verdict',
  ),
  passed: fc.constantFrom(0, 1, 3, 16),
  subject: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6'),
  reviewer: fc.constantFrom(...REVIEWERS),
  stage: fc.constantFrom<ReviewStage>('open', 'open', 'escalated', 'check'),
  verdict: fc.constantFrom<Verdict>('fraud', 'legitimate', 'unsure'),
  seen: fc.integer({ min: 1, max: 3 }),
  nth: fc.nat(5),
  again: fc.nat(9),
})

function summary(result: { case: ReviewCase; labels: readonly { decision: string; fraud: boolean }[] }): unknown {
  return [result.case.id, result.labels.map(({ decision, fraud }) => [decision, fraud])]
}

function outcomeOf(queue: ReviewQueue, record: ReviewRecord): unknown {
  try {
    return summary(queue.apply(record))
  } catch (error) {
    assert.ok(isSluiceError(error))
    return 'refused'
  }
}

describe('a review queue', () => {
  it('does what lists, filters and sorts do, and is the same to the byte after a crash at any record', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(fc.array(move, { minLength: 20, maxLength: 90, size: 'max' }), fc.nat(90), (moves, crash) => {
        const whole = new ReviewQueue(OPTIONS)
        const naive = new NaiveQueue()
        let queue = new ReviewQueue(OPTIONS)
        let now = START
        for (const [n, each] of moves.entries()) {
          if (n === crash) queue = reopened(queue)
          now += each.passed * MINUTE_MS + 1
          const { reviewer, stage } = each
          const expected = naive.next(reviewer, stage, now)
          assert.equal(queue.next(reviewer, stage, now)?.id, expected)
          const held = naive.cases.find(({ lease }) => lease?.reviewer === reviewer)
          const undecided = naive.cases.filter((other) => other.stage !== 'done')
          const any = undecided[each.nth % Math.max(1, undecided.length)]
          const id =
            (each.kind === 'claim' ? expected : each.kind === 'any claim' ? any?.id : (held ?? any)?.id) ?? 'none'
          let record: ReviewRecord
          if (each.kind === 'alert') {
            const probability = each.nth === 0 ? undefined : (1 + each.nth) / 7
            record = alert(each.again === 0 ? 0 : n, each.subject, {
              probability,
              amount: n + Math.sqrt(n + 1),
              at: now,
            })
          } else if (each.kind === 'verdict') {
            const judged = each.nth > 3 ? [{ decision: id, verdict: 'legitimate' as const, note: '' }] : []
            record = {
              kind: 'verdict',
              case: id,
              reviewer,
              verdict: each.verdict,
              seen: each.seen,
              alerts: judged,
              at: now,
            }
          } else {
            const kind = each.kind === 'any claim' ? 'claim' : (each.kind as 'claim' | 'heartbeat' | 'release')
            record = { kind, case: id, reviewer, at: now }
          }
          const outcome = naive.apply(record)
          assert.deepEqual(outcomeOf(queue, record), outcome, JSON.stringify(record))
          outcomeOf(whole, record)
          const name = `${record.kind} ${outcome === 'refused' ? 'refused' : 'done'}`
          seen.set(name, (seen.get(name) ?? 0) + 1)
          for (const of of REVIEWERS) {
            assert.ok([...queue.cases()].filter(({ lease }) => lease?.reviewer === of).length <= 1)
          }
        }
        assert.deepEqual(
          Array.from(queue.cases(), (of) => [of.id, of.stage, of.alerts.length, of.lease?.reviewer]),
          naive.cases
            .filter(({ stage }) => stage !== 'done')
            .map((of) => [of.id, of.stage, of.alerts.length, of.lease?.reviewer]),
        )
        assert.deepEqual(
          queue.pairs.map(({ case: of, reviewers, verdicts }) => [
            of,
            ...reviewers.map((by, at) => `${by} ${verdicts[at]}`),
          ]),
          naive.pairs,
        )
        const { dropped, checksSkipped } = queue.backlog(now)
        assert.deepEqual([dropped.cases, checksSkipped], [naive.dropped, naive.skipped])
        assert.deepEqual(bytesOf(queue), bytesOf(whole))
        assert.deepEqual(bytesOf(reopened(queue)), bytesOf(queue))
      }),
      { seed: 65, numRuns: 300 },
    )
    for (const kind of ['alert', 'claim', 'heartbeat', 'release', 'verdict']) {
      assert.ok(seen.get(`${kind} done`)! > 20, kind)
      if (kind !== 'alert') assert.ok(seen.get(`${kind} refused`)! > 20, `refused ${kind}`)
    }
  })
})

describe('reviewers', () => {
  const LARGE = { ...OPTIONS, cases: 1000, checks: 1000, checkShare: 0.2 }

  it('look a second time at the declared share of cases, never at their own, and their verdicts are paired', () => {
    const queue = new ReviewQueue(LARGE)
    for (let n = 0; n < 500; n++) queue.apply(alert(n, `c${n}`, { amount: n }))
    const work = (reviewer: string, stage: ReviewStage, verdict: Verdict) => {
      let judged = 0
      for (let next = queue.next(reviewer, stage, START); next; next = queue.next(reviewer, stage, START)) {
        queue.apply({ kind: 'claim', case: next.id, reviewer, at: START })
        queue.apply({ kind: 'verdict', case: next.id, reviewer, verdict, seen: 1, at: START + 2 * MINUTE_MS })
        judged++
      }
      return judged
    }
    assert.equal(work('ann', 'open', 'fraud'), 500)
    const drawn = queue.backlog(START).check
    assert.ok(drawn > 70 && drawn < 130, `${drawn} of 500`)
    assert.equal(work('ann', 'check', 'fraud'), 0)
    assert.equal(work('bob', 'check', 'legitimate'), drawn)
    assert.equal(queue.pairs.length, drawn)
    assert.ok(queue.pairs.every(({ reviewers: [first, second] }) => first === 'ann' && second === 'bob'))
    assert.equal(work('ann', 'escalated', 'fraud') + work('bob', 'escalated', 'fraud'), 0)
    assert.equal(work('eve', 'escalated', 'legitimate'), drawn)
    const [ann, bob, eve] = queue.reviewers()
    assert.deepEqual(
      [ann?.cases, ann?.alerts, ann?.minutes, ann?.fraud, ann?.checked, ann?.agreement, ann?.confirmedShare],
      [500, 500, 1000, 500, drawn, 0, 1],
    )
    assert.deepEqual([bob?.cases, bob?.confirmedShare, bob?.agreed, eve?.checked], [drawn, 0, 0, 0])
    const { open, judgedLastDay, openedLastDay, daysToClear } = queue.backlog(START + HOUR_MS)
    assert.deepEqual([open, judgedLastDay, openedLastDay, daysToClear], [0, 500 + 2 * drawn, 500, 0])
    assert.equal(queue.backlog(START + 30 * HOUR_MS).judgedLastDay, 0)
  })

  it('label every alert they were shown, and a later verdict corrects an earlier one under another id', () => {
    const queue = new ReviewQueue({ ...LARGE, checkShare: 1 })
    for (const n of [1, 2, 3]) queue.apply(alert(n, 'c', { at: START + n }))
    const judge = (reviewer: string, verdict: Verdict, seen: number) => {
      queue.apply({ kind: 'claim', case: 'd1', reviewer, at: START + 4 })
      const alerts = [{ decision: 'd2', verdict: 'unsure', note: 'a lamp' }] as const
      return queue.apply({ kind: 'verdict', case: 'd1', reviewer, verdict, seen, alerts, note: 'rang', at: START + 5 })
    }
    const first = judge('ann', 'fraud', 2)
    assert.deepEqual(
      first.labels.map(({ id, event, fraud }) => [id, event, fraud]),
      [['review-d1-1', 'e1', true]],
    )
    assert.deepEqual([first.isDecided, queue.case('d3').openedAt], [false, START + 5])
    assert.deepEqual(judge('bob', 'legitimate', 2).labels, [])
    const last = judge('eve', 'legitimate', 2)
    assert.deepEqual(
      [last.isDecided, last.labels.map(({ id, fraud }) => [id, fraud])],
      [true, [['review-d1-3', false]]],
    )
    assert.throws(() => queue.case('d1'), { code: 'UNKNOWN_CASE' })
  })

  it('find a case again whose lease ended, though nothing has happened since', () => {
    const queue = new ReviewQueue(LARGE)
    queue.apply(alert(1, 'c'))
    queue.apply({ kind: 'claim', case: 'd1', reviewer: 'ann', at: START })
    const verdict = { kind: 'verdict', case: 'd1', reviewer: 'ann', verdict: 'fraud', seen: 1 } as const
    assert.equal(queue.next('bob', 'open', START + LARGE.leaseMs - 1), undefined)
    assert.equal(queue.next('bob', 'open', START + LARGE.leaseMs)?.id, 'd1')
    assert.throws(() => queue.apply({ ...verdict, at: START + LARGE.leaseMs }), { code: 'LEASE_NOT_HELD' })
    assert.equal(queue.reviewers()[0]?.expired, 1)
  })

  it('are refused what makes no sense, with a code', () => {
    const queue = new ReviewQueue({ ...LARGE, reviewers: 1 })
    queue.apply(alert(1, 'c'))
    queue.apply(alert(2, 'e'))
    const claim = { kind: 'claim', case: 'd1', reviewer: 'ann', at: START } as const
    queue.apply(claim)
    const verdict = { kind: 'verdict', case: 'd1', reviewer: 'ann', verdict: 'fraud', seen: 1, at: START } as const
    const refused: readonly [ReviewRecord, string][] = [
      [alert(3, 'c', { amount: -1 }), 'OUT_OF_RANGE'],
      [alert(3, 'c', { probability: 1.1 }), 'OUT_OF_RANGE'],
      [alert(3, ''), 'INVALID_ARGUMENT'],
      [{ ...claim, case: 'd9' }, 'UNKNOWN_CASE'],
      [{ ...claim, case: 'd2' }, 'ILLEGAL_MOVE'],
      [{ ...claim, case: 'd2', reviewer: 'bob' }, 'LIMIT_EXCEEDED'],
      [{ ...claim, reviewer: 'bob' }, 'LEASE_NOT_HELD'],
      [{ ...verdict, reviewer: 'bob' }, 'LEASE_NOT_HELD'],
      [{ ...verdict, seen: 2 }, 'INVALID_ARGUMENT'],
      [{ ...verdict, verdict: 'maybe' as Verdict }, 'INVALID_ARGUMENT'],
      [{ ...verdict, alerts: [{ decision: 'd2', verdict: 'fraud', note: '' }] }, 'INVALID_ARGUMENT'],
    ]
    const before = bytesOf(queue)
    for (const [record, code] of refused) {
      assert.throws(
        () => queue.apply(record),
        (error) => isSluiceError(error) && error.code === code,
        JSON.stringify(record),
      )
    }
    assert.deepEqual(bytesOf(queue), before)
  })
})
