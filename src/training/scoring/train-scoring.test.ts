import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { boostedTrees, logisticScorer, requireScoringSystem, ruleVocabulary } from '../../application/index.ts'
import { type DataDirectory, type EventLog, openDataDirectory, openEventLog } from '../../data/index.ts'
import { averagePrecision, rocAuc } from '../../evaluation/index.ts'
import { EventRows, FeatureState } from '../../features/index.ts'
import { DAY_MS, isSluiceError } from '../../foundation/index.ts'
import { ACTIONS, compileRules, decideAction, expectedCosts } from '../../policy/index.ts'
import {
  SMALL_PAYMENTS_START_MS,
  type SmallPaymentParts,
  smallPaymentEvents,
  smallPaymentService,
  temporaryFolder,
} from '../../testing/index.ts'
import { ModelRegistry, scoringSplits } from '../model-registry.ts'
import { type TrainOptions, trainSystem } from '../train-system.ts'
import { loadScoringModel } from './scoring-model.ts'
import { evaluateScoringVersion, trainScoringSystem } from './train-scoring.ts'

const clock = () => SMALL_PAYMENTS_START_MS + 400 * DAY_MS
const OPTIONS: TrainOptions = { seed: 1, codeVersion: 'test', nowMs: 0 }
const EVENTS = smallPaymentEvents({ cards: 50, days: 60 })
const isFraud = new Set(EVENTS.map(({ payment }) => payment))
const TREES = boostedTrees({ iterations: 60, minRowsInLeaf: 20 })

describe('training a scoring system', () => {
  const folder = temporaryFolder()
  let directory: DataDirectory
  let log: EventLog
  let registries = 0
  const registry = () => new ModelRegistry(join(folder, `registry${registries++}`))
  const train = (parts: SmallPaymentParts = {}, options: Partial<TrainOptions> = {}, into = registry()) =>
    trainScoringSystem(smallPaymentService(parts), 'fraud', log, into, { ...OPTIONS, ...options })

  before(async () => {
    const { schema } = smallPaymentService()
    directory = openDataDirectory(join(folder, 'log'), { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
    assert.deepEqual((await log.append(EVENTS)).rejected, [])
  })
  after(async () => {
    await log.close()
    await directory.close()
  })

  it('registers a version that scores and decides as it was judged, event for event', async () => {
    const application = smallPaymentService({ model: TREES })
    const { features, schema } = application
    const system = requireScoringSystem(application, 'fraud')
    const models = registry()
    const { version, judgement } = await train({ model: TREES }, {}, models)
    const scoring = loadScoringModel(system, features.columnNames, models.artifacts(version))
    // Row by row, as a server goes: what it says of the held-out events, and what came of them.
    const state = new FeatureState(schema, features.aggregates)
    const rows = new EventRows(features, state, 'payment')
    const vocabulary = ruleVocabulary(schema, features, system)
    const program = compileRules(system.policy.rules ?? '', vocabulary)
    const numbers = new Float64Array(rows.width + 1)
    const fired = new Uint8Array(program.rules.length)
    const counts = ACTIONS.map(() => 0)
    const [labels, probabilities]: [number[], number[]] = [[], []]
    let cost = 0
    const last = EVENTS.filter(({ type }) => type === 'payment').slice(-11)[0]!.at
    for (const [index, event] of EVENTS.entries()) {
      state.apply(index + 1, event)
      const isHeld = index + 1 > scoringSplits(version).testFrom && event.at <= last - 5 * DAY_MS
      if (event.type !== 'payment' || !isHeld) continue
      const row = numbers.subarray(0, rows.width)
      rows.fill(event, row)
      const probability = scoring.probabilityOf(row)
      numbers[rows.width] = probability
      const texts = vocabulary.texts.map((name) => event[name] as string)
      const amount = Number(event.amount)
      const { action } = decideAction(program, scoring.policy, { probability, amount, row: { numbers, texts } }, fired)
      counts[ACTIONS.indexOf(action)]!++
      labels.push(Number(isFraud.has(event.id)))
      probabilities.push(probability)
      cost += expectedCosts(labels.at(-1)!, amount, { review: 5 })[action]
    }
    const judged = judgement.scoring
    assert.ok(judged && judgement.actions?.money)
    const [truth, said] = [Float64Array.from(labels), Float64Array.from(probabilities)]
    assert.equal(judged.events, labels.length)
    assert.equal(judged.model.averagePrecision.estimate, averagePrecision(truth, said))
    assert.equal(judged.model.auc.estimate, rocAuc(truth, said))
    assert.deepEqual(
      ACTIONS.map((action) => judgement.actions?.actions[action].events),
      counts,
    )
    assert.ok(Math.abs(judgement.actions.money.policy * judged.days - cost) < 1e-6)
    assert.ok(judged.model.averagePrecision.estimate > 5 * judged.constant.averagePrecision)
    assert.ok(judged.model.logLoss < judged.constant.logLoss)
    assert.deepEqual(Object.keys(judged.segments), ['chip', 'online'])
  })

  it('gives the same bytes from the same log and seed, and others from another seed', async () => {
    const parts: SmallPaymentParts = { model: TREES, imbalance: { kind: 'undersample', share: 0.5 } }
    const [first, again, other] = [await train(parts), await train(parts), await train(parts, { seed: 2 })]
    assert.equal(first.version.modelHash, again.version.modelHash)
    assert.deepEqual(first.judgement, again.judgement)
    assert.notEqual(first.version.modelHash, other.version.modelHash)
  })

  it('knows nothing of what stands behind the last offset it may see', async () => {
    const until = 3_500
    const directoryOfPart = openDataDirectory(join(folder, 'part'), { mode: 'write', clock })
    const part = openEventLog(directoryOfPart, { schema: smallPaymentService().schema, clock })
    await part.append(EVENTS.slice(0, until))
    const shorter = await trainScoringSystem(smallPaymentService(), 'fraud', part, registry(), OPTIONS)
    await part.close()
    await directoryOfPart.close()
    const seen = await train({}, { untilOffset: until })
    assert.equal(seen.version.modelHash, shorter.version.modelHash)
    assert.deepEqual(seen.judgement, shorter.judgement)
  })

  it('foretells the rate that there is, however few of the negatives it saw and whatever positives weighed', async () => {
    const parts: readonly SmallPaymentParts[] = [
      {},
      { imbalance: { kind: 'undersample', share: 0.2 } },
      { imbalance: { kind: 'weight', positive: 10 } },
    ]
    for (const each of parts) {
      const models = registry()
      const application = smallPaymentService(each)
      const { version } = await train({ ...each, calibration: ['temperature'] }, {}, models)
      const { columnNames } = application.features
      const scoring = loadScoringModel(
        requireScoringSystem(application, 'fraud'),
        columnNames,
        models.artifacts(version),
      )
      const state = new FeatureState(application.schema, application.features.aggregates)
      const rows = new EventRows(application.features, state, 'payment')
      const row = new Float64Array(rows.width)
      let [foretold, came, count] = [0, 0, 0]
      for (const [index, event] of EVENTS.entries()) {
        state.apply(index + 1, event)
        if (event.type !== 'payment') continue
        rows.fill(event, row)
        foretold += scoring.probabilityOf(row)
        came += Number(isFraud.has(event.id))
        count++
      }
      const shown = `${JSON.stringify(each)}: ${foretold / count} of ${came / count}`
      assert.ok(Math.abs(foretold / came - 1) < 0.25, shown)
    }
  })

  it('settles thresholds by their goals, with intervals around them', async () => {
    const goals = { review: { kind: 'capacity', perDay: 6 }, block: { kind: 'precision', atLeast: 0.8 } } as const
    const { settled, judgement } = await train({ policy: { rules: '', decide: { kind: 'thresholds', goals } } })
    const [review, block] = [settled.review, settled.block]
    assert.ok(review?.value && block?.value)
    assert.ok((review.alertsPerDay ?? 9) <= 6)
    assert.ok((block.precision ?? 0) >= 0.8 && block.reached)
    for (const { value } of [review, block]) {
      assert.ok(value && value.low <= value.estimate && value.estimate <= value.high && value.low < value.high)
    }
    assert.ok(judgement.actions && judgement.actions.money === null)
    assert.ok(judgement.actions.reviewsPerDay > 1 && judgement.actions.reviewsPerDay < 12)
  })

  it('keeps the price of a review above what the last review of a day saves', async () => {
    const decide = (reviewsPerDay: number) => ({ kind: 'cost', costs: { review: 1 }, reviewsPerDay }) as const
    const [few, many] = [
      await train({ policy: { decide: decide(1) } }),
      await train({ policy: { decide: decide(50) } }),
    ]
    const price = (result: typeof few) => result.settled.capacityPrice?.value?.estimate ?? -1
    assert.ok(price(few) > price(many) && price(many) >= 0)
  })

  it('evaluates a version to the figures that it was registered with', async () => {
    const models = registry()
    const parts = { model: TREES }
    const { version, judgement } = await train(parts, {}, models)
    const again = evaluateScoringVersion(smallPaymentService(parts), version, log, models, { seed: 1 })
    assert.deepEqual(again.actions, judgement.actions)
    assert.deepEqual(again.scoring?.model, judgement.scoring?.model)
    assert.throws(
      () => evaluateScoringVersion(smallPaymentService(), version, log, models, { seed: 1 }),
      (error) => isSluiceError(error, 'MODEL_MISMATCH'),
    )
  })

  it('promotes what passes the gate, and then asks whether the next is worse than that', async () => {
    const models = registry()
    const first = await train({ model: TREES }, {}, models)
    assert.deepEqual([first.gate, first.promoted], [{ holds: true, reasons: [] }, true])
    assert.ok(first.judgement.scoring?.logistic && !first.judgement.scoring.gainOverChampion)
    const same = await train({ model: TREES }, {}, models)
    assert.equal(same.judgement.scoring?.gainOverChampion?.estimate, 0)
    // Of the hour alone nothing can be told.
    const blind = await train({ model: boostedTrees({ iterations: 1 }), features: ['terminalCount'] }, {}, models)
    assert.equal(blind.promoted, false)
    assert.match(blind.gate.reasons.join('\n'), /average precision over the champion: expected not below 0/)
    assert.equal(models.champion('fraud')?.version, 'v2')
  })

  it('reads no more columns than it is told to', async () => {
    const models = registry()
    const parts: SmallPaymentParts = { model: logisticScorer(), features: ['amount', 'cardCount'] }
    const { version } = await train(parts, { force: true }, models)
    const application = smallPaymentService(parts)
    const { columnNames } = application.features
    const system = requireScoringSystem(application, 'fraud')
    const scoring = loadScoringModel(system, columnNames, models.artifacts(version))
    const row = Float64Array.from(columnNames, () => 1)
    const before = scoring.probabilityOf(row)
    row[columnNames.indexOf('terminalReports')] = 50
    assert.equal(scoring.probabilityOf(row), before)
    row[columnNames.indexOf('cardCount.1d')] = 50
    assert.notEqual(scoring.probabilityOf(row), before)
    const fewer = columnNames.filter((name) => name !== 'amount')
    assert.throws(
      () => loadScoringModel(system, fewer, models.artifacts(version)),
      (error) => isSluiceError(error, 'MODEL_MISMATCH'),
    )
  })

  it('is refused for a ranking system, and of labels that are all alike', async () => {
    await assert.rejects(trainSystem(smallPaymentService(), 'fraud', log, registry(), OPTIONS), (error) =>
      isSluiceError(error, 'WRONG_TASK'),
    )
    const none = smallPaymentService({
      label: { event: 'report', of: 'payment', positive: { source: { oneOf: ['nobody'] } }, matureAfter: '5d' },
    })
    await assert.rejects(trainScoringSystem(none, 'fraud', log, registry(), OPTIONS), (error) =>
      isSluiceError(error, 'ONE_CLASS_ONLY'),
    )
  })
})
