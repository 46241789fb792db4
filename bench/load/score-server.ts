/*
 * A server that scores payments, over a history that it learns from. For `score.bench.ts`, which starts it.
 */
import { Monitor } from '../../src/monitoring/index.ts'
import { createServer, Engine } from '../../src/serving/index.ts'
import { settingsOfChild, tellParent } from '../../src/serving/testing/child.ts'
import { createFraudWorld, generateFraudEvents } from '../../src/systems/fraud/index.ts'
import { trainScoringSystem } from '../../src/training/index.ts'
import { SYSTEM, scoreApplication } from './score-application.ts'

export interface ScoreServerSettings {
  readonly directory: string
  readonly seed: number
  readonly cards: number
  readonly days: number
  readonly trees: number
  /** Events before this moment are the history. */
  readonly liveFromMs: number
}

export type ScoreServerMessage =
  | {
      readonly kind: 'listening'
      readonly address: string
      readonly columns: number
      readonly rules: number
      readonly trees: number
      readonly history: number
    }
  | { readonly kind: 'usage'; readonly cpuMs: number; readonly cases: number; readonly decisions: number }

const EVENTS_AT_ONCE = 5_000
const { directory, seed, cards, days, trees, liveFromMs } = settingsOfChild<ScoreServerSettings>()
const application = scoreApplication(trees)
const monitor = new Monitor(application)
const stopwatch = () => performance.now()
const engine = Engine.open(application, { directory, clock: Date.now, stopwatch, observer: monitor })
let waiting: unknown[] = []
for (const record of generateFraudEvents(createFraudWorld({ seed, cards, days }))) {
  if (record.at >= liveFromMs) break
  if (waiting.push(record) === EVENTS_AT_ONCE) await engine.accept(waiting.splice(0))
}
await engine.accept(waiting.splice(0))
waiting = []
const history = engine.log.head
const options = { seed, codeVersion: 'bench', nowMs: Date.now(), force: true }
await trainScoringSystem(application, SYSTEM, engine.log, engine.registry, options)
engine.reloadModels()
const server = createServer(engine, { logLevel: 'silent', metrics: () => monitor.metricsText() })
await engine.warmUp()
const address = await server.listen({ host: '127.0.0.1', port: 0 })
const { rules } =
  application.systems[SYSTEM]!.task === 'classification' ? application.systems[SYSTEM]!.policy : { rules: '' }
const begun = process.cpuUsage()
process.on('message', (what) => {
  if (what !== 'usage') return
  const { user, system } = process.cpuUsage(begun)
  const policy = engine.scoring.policies.of(SYSTEM)
  const decisions = policy.counts
    .counts()
    .flatMap(({ decided }) => Object.values(decided))
    .reduce((a, b) => a + b, 0)
  tellParent({
    kind: 'usage',
    cpuMs: (user + system) / 1000,
    cases: [...policy.review.cases()].length,
    decisions,
  } satisfies ScoreServerMessage)
})
tellParent({
  kind: 'listening',
  address,
  columns: application.features.columnNames.length,
  rules: rules?.match(/^rule /gm)?.length ?? 0,
  trees,
  history,
} satisfies ScoreServerMessage)
