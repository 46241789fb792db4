import {
  type Application,
  boostedTrees,
  hashOfSystem,
  requireScoringSystem,
  type ScoringPolicy,
} from '../../application/index.ts'
import { HOUR_MS, randomFrom } from '../../foundation/index.ts'
import { fitPlatt, fitTrees, TreeModel, treeObjective } from '../../models/index.ts'
import type { ModelPolicy } from '../../policy/index.ts'
import { SMALL_PAYMENTS_START_MS, smallPaymentService } from '../../testing/index.ts'
import { ModelRegistry, type ModelVersion } from '../../training/index.ts'

/** The only system of the application. */
export const PAYMENTS = 'fraud'

/** {@link smallPaymentService} with trees, labels that reviews give early, and one rule. */
export function smallPayments(policy: Partial<ScoringPolicy> = {}): Application {
  return smallPaymentService({
    model: boostedTrees(),
    label: {
      event: 'report',
      of: 'payment',
      positive: { fraud: { oneOf: [true] } },
      matureAfter: '7d',
      early: { where: { source: { oneOf: ['review'] } } },
    },
    policy: {
      rules: 'rule velocity when cardCount.1h > 4 then review because "many payments in an hour"',
      decide: { kind: 'cost', costs: { review: 5 } },
      ...policy,
    },
  })
}

export interface SmallPayment {
  readonly id: string
  readonly type: 'payment'
  readonly at: number
  readonly card: string
  readonly terminal: string
  readonly amount: number
  readonly channel?: string
}

/** Payments of a few cards, 40 an hour, in the order of time. */
export function steadyPayments(count: number, seed = 1, startMs = SMALL_PAYMENTS_START_MS): SmallPayment[] {
  const random = randomFrom(seed, 'payments')
  return Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    type: 'payment',
    at: startMs + Math.round((index * HOUR_MS) / 40),
    card: `c${random.integer(20)}`,
    terminal: `t${random.integer(8)}`,
    amount: Math.round(100 * Math.exp(3 + 1.2 * random.normal())) / 100,
    ...(random.uniform() < 0.5 ? { channel: random.uniform() < 0.5 ? 'online' : 'chip' } : {}),
  }))
}

/** Fits trees to rows at random and makes them the champion: what they say is of no matter, that they do is. */
export function promoteSmallModel(
  application: Application,
  directory: string,
  options: { seed?: number; trees?: number; policy?: ModelPolicy } = {},
): ModelVersion {
  const { seed = 1, trees = 30, policy = { kind: 'thresholds', thresholds: { review: 0.5, block: 0.9 } } } = options
  const { columnNames, hash } = application.features
  const random = randomFrom(seed, 'model')
  const rowCount = 2_000
  const featureCount = columnNames.length
  const rows = Float64Array.from({ length: rowCount * featureCount }, () => Math.exp(2 * random.normal()))
  const labels = Float64Array.from({ length: rowCount }, (_, row) =>
    Number(rows[row * featureCount]! * (0.5 + random.uniform()) > 4),
  )
  const settings = { iterations: trees, leaves: 31, learningRate: 0.1, seed }
  const model = new TreeModel(
    fitTrees({ rows, rowCount, featureCount }, treeObjective({ kind: 'binary', labels }), settings),
  )
  const scores = new Float64Array(rowCount)
  model.scoreRows(rows, rowCount, scores)
  const registry = new ModelRegistry(directory)
  const lineage = {
    system: PAYMENTS,
    offsets: { from: 1, until: 1 },
    splits: { retrievalUntil: 1, rankerUntil: 1 },
    seed,
    featureHash: hash,
    systemHash: hashOfSystem(application, requireScoringSystem(application, PAYMENTS)),
    columnNames,
    codeVersion: 'test',
    metrics: {},
  }
  const artifacts = new Map([
    ['scorer', model.save()],
    ['calibrator', fitPlatt({ scores, labels }).save()],
    ['scoring', new TextEncoder().encode(JSON.stringify({ columns: columnNames, offset: 0, policy }))],
  ])
  const version = registry.register(lineage, artifacts, SMALL_PAYMENTS_START_MS)
  registry.promote(PAYMENTS, version.version)
  return version
}
