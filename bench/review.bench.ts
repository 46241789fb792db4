import { parseArgs } from 'node:util'
import { ByteReader, ByteWriter, randomFrom } from '../src/foundation/index.ts'
import { ReviewQueue } from '../src/policy/index.ts'

// How fast the review queue takes alerts, claims and verdicts while many cases wait, and how large it is when saved.
// Each claim is followed by a verdict and a new alert, so that as many cases wait at the end as at the beginning.

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '100000' },
    claims: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
  },
})
const SEED = Number(values.seed)
const CASES = Number(values.cases)
const CLAIMS = Number(values.claims)
const START = 1_700_000_000_000

const random = randomFrom(SEED, 'review')
let decisions = 0
let now = START
let queue = new ReviewQueue({ seed: SEED, cases: CASES + 1, windowMs: 1 })

function alert(): void {
  const decision = `d${decisions++}`
  const event = { subject: `card ${decision}`, decision, event: decision, action: 'review' } as const
  const probability = random.uniform()
  now += 5
  queue.apply({ kind: 'alert', ...event, probability, amount: 500 * random.uniform(), reasons: ['fast'], at: now })
}

function claimAndJudge(): void {
  const reviewer = `reviewer ${decisions % 50}`
  const next = queue.next(reviewer, 'open', now)!
  queue.apply({ kind: 'claim', case: next.id, reviewer, at: now })
  queue.apply({ kind: 'verdict', case: next.id, reviewer, verdict: 'fraud', seen: next.alerts.length, at: now })
}

/** Calls a second of processor time. */
function rate(work: () => void, count: number): number {
  const start = process.cpuUsage()
  for (let n = 0; n < count; n++) work()
  const { user, system } = process.cpuUsage(start)
  return (count / (user + system)) * 1e6
}

const alertsPerSecond = rate(alert, CASES)
const rounds = Array.from({ length: Number(values.rounds) }, () => ({
  claimsWithVerdictPerSecond: rate(claimAndJudge, CLAIMS),
  alertsPerSecond: rate(alert, CLAIMS),
}))
const writer = new ByteWriter()
const savesPerSecond = rate(() => queue.save(writer), 1)
const bytes = writer.finish()
queue = new ReviewQueue({ seed: SEED, cases: CASES + 1, windowMs: 1 })
const loadsPerSecond = rate(() => queue.load(new ByteReader(bytes, 'DIRECTORY_CORRUPT')), 1)
const command = `node bench/review.bench.ts --cases ${CASES} --claims ${CLAIMS} --seed ${SEED}`
const data = `${CASES} cases of one alert, drawn with seed ${SEED}`
const saved = { bytes: bytes.length, seconds: 1 / savesPerSecond, loadSeconds: 1 / loadsPerSecond }
console.log(JSON.stringify({ command, data, alertsPerSecond, rounds, backlog: queue.backlog(now), saved }, null, 2))
