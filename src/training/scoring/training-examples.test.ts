import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { type Application, requireScoringSystem } from '../../application/index.ts'
import { type EventLog, type EventRecord, openDataDirectory, openEventLog } from '../../data/index.ts'
import { EventRows, FeatureState } from '../../features/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../../foundation/index.ts'
import {
  SMALL_PAYMENTS_START_MS,
  type SmallPaymentParts,
  smallPaymentEvents,
  smallPaymentService,
  temporaryFolder,
} from '../../testing/index.ts'
import { OutcomeSurvey } from './outcome-survey.ts'
import { planScoring } from './plan-scoring.ts'
import { ScoredReplay } from './scored-replay.ts'
import { collectExamples, type TrainingExamples } from './training-examples.ts'

const START = SMALL_PAYMENTS_START_MS
const clock = () => START + 400 * DAY_MS
const LABEL = { event: 'report', of: 'payment', positive: { fraud: { oneOf: [true] } }, matureAfter: '5d' } as const
const EARLY = { ...LABEL, early: { where: { source: { oneOf: ['review'] } } } } as const
const SEED = 7

const folder = temporaryFolder()
const opened: { close(): Promise<void> }[] = []
after(async () => {
  for (const each of opened.reverse()) await each.close()
})

function emptyLog({ schema }: Application): EventLog {
  const directory = openDataDirectory(join(folder, `log${opened.length}`), { mode: 'write', clock })
  const log = openEventLog(directory, { schema, clock })
  opened.push(directory, log)
  return log
}

async function logOf(application: Application, events: readonly { id: string; type: string; at: number }[]) {
  const log = emptyLog(application)
  const { rejected } = await log.append(events)
  assert.deepEqual(rejected, [])
  return log
}

function collect(application: Application, log: EventLog, maxRows = 1e6) {
  const system = requireScoringSystem(application, 'fraud')
  const survey = new OutcomeSurvey(log, log.head, { name: 'fraud', system })
  const plan = planScoring(survey, 'payment', 5 * DAY_MS)
  const replay = new ScoredReplay(application, system, log, log.head)
  const columns = Int32Array.from(application.features.columnNames.keys())
  const examples = collectExamples(replay, survey, system, plan, { name: 'fraud', seed: SEED, columns, maxRows })
  return { examples, plan }
}

const EVENTS = smallPaymentEvents({ cards: 30, days: 50 })
const examplesOf = async (parts: SmallPaymentParts, maxRows?: number): Promise<TrainingExamples> => {
  const application = smallPaymentService(parts)
  return collect(application, await logOf(application, EVENTS), maxRows).examples
}
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
const rowsWhere = ({ labels, rows, featureCount: width }: TrainingExamples, label: number) =>
  [...labels.keys()]
    .filter((row) => labels[row] === label)
    .map((row) => rows.slice(row * width, (row + 1) * width).join())

describe('examples of a scoring system', () => {
  it('are the rows that a server would have seen, by the labels that were there when the model was fitted', async () => {
    const application = smallPaymentService()
    const { features, schema } = application
    const log = await logOf(application, EVENTS)
    const { examples, plan } = collect(application, log)
    const records = [...log.read()].flatMap(({ records: some }) => some)
    const state = new FeatureState(schema, features.aggregates)
    const rows = new EventRows(features, state, 'payment')
    const known = new Set(
      records.slice(0, plan.fitAt).flatMap(({ type, payment }) => (type === 'report' ? [payment] : [])),
    )
    let row = 0
    const expected = new Float64Array(rows.width)
    for (const [index, record] of records.slice(0, plan.trainUntil).entries()) {
      state.apply(index + 1, record)
      if (record.type !== 'payment') continue
      rows.fill(record, expected)
      assert.deepEqual(examples.rows.slice(row * rows.width, (row + 1) * rows.width), expected)
      assert.equal(examples.labels[row], Number(known.has(record.id)))
      row++
    }
    assert.equal(examples.rowCount, row)
    assert.ok(examples.positives > 20 && examples.positives < row / 4)
    assert.ok(examples.weights.every((weight) => weight === 1))
  })

  it('hang on nothing that came after the fit', async () => {
    const application = smallPaymentService()
    const log = await logOf(application, EVENTS)
    const { examples, plan } = collect(application, log)
    const system = requireScoringSystem(application, 'fraud')
    // The same log without what came after, and one in which later labels say the opposite of what was learnt.
    const late = EVENTS.slice(plan.fitAt)
    const turned = EVENTS.slice(0, plan.trainUntil)
      .filter(({ type }) => type === 'payment')
      .map(({ id: payment, card, terminal }) => {
        const about = { payment, card, terminal, fraud: true, source: 'bank' }
        return { id: `late-${payment}`, type: 'report', at: late[0]!.at, ...about }
      })
    for (const after of [[], [...turned, ...late]]) {
      const other = await logOf(application, [...EVENTS.slice(0, plan.fitAt), ...after])
      const survey = new OutcomeSurvey(other, other.head, { name: 'fraud', system })
      const replay = new ScoredReplay(application, system, other, other.head)
      const columns = Int32Array.from(application.features.columnNames.keys())
      const again = collectExamples(replay, survey, system, plan, { name: 'fraud', seed: SEED, columns, maxRows: 1e6 })
      assert.deepEqual(again, examples)
    }
  })

  it('keep all positives of a sample of negatives, which are drawn by their ids', async () => {
    const [all, some] = [await examplesOf({}), await examplesOf({ imbalance: { kind: 'undersample', share: 0.25 } })]
    assert.deepEqual(rowsWhere(some, 1), rowsWhere(all, 1))
    const [before, kept] = [rowsWhere(all, 0), rowsWhere(some, 0)]
    assert.ok(Math.abs(kept.length / before.length - 0.25) < 0.05)
    assert.ok(kept.every((row) => before.includes(row)))
    assert.equal(sum(some.weights), some.rowCount)
  })

  it('of which there are too many are drawn too, and then count for those left out', async () => {
    const all = await examplesOf({})
    const some = await examplesOf({}, all.rowCount / 2)
    assert.deepEqual(rowsWhere(some, 1), rowsWhere(all, 1))
    assert.ok(some.rowCount < 0.65 * all.rowCount)
    assert.ok(Math.abs(sum(some.weights) / all.rowCount - 1) < 0.06)
  })

  it('count a positive as often as the system says', async () => {
    const { labels, weights } = await examplesOf({ imbalance: { kind: 'weight', positive: 8 } })
    assert.ok(weights.every((weight, row) => weight === (labels[row] === 1 ? 8 : 1)))
  })

  it('hold no refused payment of which nobody told what it was', async () => {
    const application = smallPaymentService()
    const all = collect(application, await logOf(application, EVENTS)).examples
    const log = emptyLog(application)
    const isFraud = new Set(EVENTS.map(({ payment }) => payment))
    const refused = EVENTS.filter(({ type, at }) => type === 'payment' && at < START + 2 * DAY_MS)
    await log.append(EVENTS.filter(({ at }) => at < START + 2 * DAY_MS))
    await log.appendInternal(refused.map(({ id, at }) => decisionOf(id, at, 'block', 1)))
    await log.append(EVENTS.filter(({ at }) => at >= START + 2 * DAY_MS))
    const { rowCount, positives, unknown } = collect(application, log).examples
    const honest = refused.filter(({ id }) => !isFraud.has(id)).length
    assert.ok(honest > 10)
    assert.deepEqual([rowCount, positives, unknown], [all.rowCount - honest, all.positives, honest])
  })
})

function decisionOf(event: string, at: number, action: string, reviewPropensity: number): EventRecord {
  const id = `d-${event}`
  return { id, type: '$decision', at, system: 'fraud', event: { id: event, offset: 1 }, action, reviewPropensity }
}

/**
 * Payments of which one in twenty is a fraud, whatever is known of it. Reviewers look at every payment above 100, and
 * of the others at one in ten; of those above 100 a third is a fraud. They tell what they saw within two hours, banks of
 * frauds alone and after four days. The chance of what is `lucky` was one in a million.
 */
async function reviewedLog(
  application: Application,
  lucky: (index: number) => boolean = () => false,
): Promise<EventLog> {
  const log = emptyLog(application)
  const random = randomFrom(11, 'reviewed')
  const due: { id: string; type: string; at: number }[] = []
  for (let index = 0; index < 9_000; index++) {
    const at = START + index * 600_000
    await appendDue(log, due, at)
    const isLarge = random.uniform() < 0.1
    const fraud = random.uniform() < (isLarge ? 0.33 : 0.02)
    const about = { card: `c${index % 50}`, terminal: 't' }
    const amount = isLarge ? 150 : 20
    const payment = `p${index}`
    due.push({ id: payment, type: 'payment', at, ...about, amount, channel: 'chip' } as (typeof due)[number])
    const propensity = isLarge ? 1 : 0.1
    due.push(decisionOf(payment, at, isLarge ? 'review' : 'allow', lucky(index) ? 1e-6 : propensity))
    const report = (id: string, after: number, source: string) =>
      due.push({ id, type: 'report', at: at + after, payment, ...about, fraud, source } as (typeof due)[number])
    if (random.uniform() < propensity) report(`v${index}`, 2 * HOUR_MS, 'review')
    if (fraud) report(`b${index}`, 4 * DAY_MS, 'bank')
  }
  await appendDue(log, due, Number.POSITIVE_INFINITY)
  return log
}

const LOT = 500

/** Writes what is due before a moment in the order of time, in lots. */
async function appendDue(log: EventLog, due: { id: string; type: string; at: number }[], before: number) {
  if (due.length < LOT * 4 && Number.isFinite(before)) return
  const ready = due.filter(({ at }) => at < before).sort((a, b) => a.at - b.at)
  const later = due.filter(({ at }) => at >= before)
  due.splice(0, due.length, ...later)
  // Decisions are written after the events of their run, as a server that is asked about them does.
  let run: typeof ready = []
  const write = async () => {
    const own = run.filter(({ type }) => type.startsWith('$'))
    const events = run.filter(({ type }) => !type.startsWith('$'))
    if (events.length > 0) assert.deepEqual((await log.append(events)).rejected, [])
    if (own.length > 0) await log.appendInternal(own as EventRecord[])
    run = []
  }
  for (const each of ready) {
    run.push(each)
    if (run.length >= LOT) await write()
  }
  await write()
}

describe('labels that a review brought early', () => {
  const rate = ({ labels, weights }: TrainingExamples, from: number) => {
    const positives = labels.reduce((total, label, row) => total + (row >= from ? label * weights[row]! : 0), 0)
    return positives / sum(weights.subarray(from))
  }

  it('stand for as many events as went unseen, so that the young are no worse than they are', async () => {
    const application = smallPaymentService({ label: EARLY })
    const log = await reviewedLog(application)
    const { examples } = collect(application, log)
    const mature = collect(smallPaymentService({ label: LABEL }), log).examples
    const { early, labels } = examples
    const young = examples.rowCount - mature.rowCount
    // Of the last few the decision was not in the log yet.
    assert.ok(early > 80 && early <= young && early > young - 20, `${early} of ${young} young`)
    const naive = labels.slice(mature.rowCount).reduce((total, label) => total + label, 0) / young
    const truth = 0.1 * 0.33 + 0.9 * 0.02
    const weighted = rate(examples, mature.rowCount)
    assert.ok(naive > 2.5 * truth, `as they come they seem to be ${naive}`)
    assert.ok(Math.abs(weighted - truth) < 0.03, `weighted they are ${weighted}, in truth ${truth}`)
    // Each kind stands for itself: nine in ten are small.
    const amounts = examples.rows.filter((_, at) => at % examples.featureCount === 0).subarray(mature.rowCount)
    const weights = examples.weights.subarray(mature.rowCount)
    const small = weights.reduce((total, weight, row) => total + (amounts[row]! < 100 ? weight : 0), 0)
    assert.ok(Math.abs(small / sum(weights) - 0.9) < 0.05)
  })

  it('do not count for more than their mean times the root of their number, however small the chance was', async () => {
    const application = smallPaymentService({ label: EARLY })
    const mature = collect(smallPaymentService({ label: LABEL }), await reviewedLog(application)).examples.rowCount
    const lucky = await reviewedLog(application, (index) => index % 10 === 3)
    const { weights, early } = collect(application, lucky).examples
    const young = weights.subarray(mature)
    const largest = Math.max(...young)
    const count = young.filter((weight) => weight === largest).length
    assert.ok(largest > 1000 && count < young.length / 2)
    const drawn = sum(young) + count * (1e6 - largest)
    assert.ok(Math.abs(largest - drawn / Math.sqrt(early)) < 1e-6 * largest)
  })

  it('are left out of what is young when the system does not ask for them', async () => {
    const application = smallPaymentService({ label: LABEL })
    const { examples } = collect(application, await reviewedLog(application))
    assert.equal(examples.early, 0)
    const truth = 0.1 * 0.33 + 0.9 * 0.02
    assert.ok(Math.abs(rate(examples, 0) - truth) < 0.012)
  })
})
