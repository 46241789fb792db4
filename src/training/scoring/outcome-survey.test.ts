import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { requireScoringSystem } from '../../application/index.ts'
import { openDataDirectory, openEventLog } from '../../data/index.ts'
import { DAY_MS, HOUR_MS } from '../../foundation/index.ts'
import { SMALL_PAYMENTS_START_MS, smallPaymentService, temporaryFolder } from '../../testing/index.ts'
import { OutcomeSurvey } from './outcome-survey.ts'
import { nowOf, planScoring } from './plan-scoring.ts'

const START = SMALL_PAYMENTS_START_MS
const clock = () => START + 400 * DAY_MS
const application = smallPaymentService({
  label: {
    event: 'report',
    of: 'payment',
    positive: { fraud: { oneOf: [true] } },
    matureAfter: '5d',
    early: { where: { source: { oneOf: ['review'] } } },
  },
})
const system = requireScoringSystem(application, 'fraud')
const about = { card: 'c', terminal: 't' }
const payment = (id: string, at: number) => ({ id, type: 'payment', at, ...about, amount: 1, channel: 'chip' })
const report = (of: string, at: number, fraud: boolean, source = 'bank') => {
  return { id: `${of}@${at}`, type: 'report', at, payment: of, ...about, fraud, source }
}

const folder = temporaryFolder()
const opened: { close(): Promise<void> }[] = []
after(async () => {
  for (const each of opened.reverse()) await each.close()
})

let logs = 0
async function logOf(events: readonly { id: string; type: string; at: number }[]) {
  const directory = openDataDirectory(join(folder, `log${logs++}`), { mode: 'write', clock })
  const log = openEventLog(directory, { schema: application.schema, clock })
  opened.push(directory, log)
  const { rejected } = await log.append(events)
  assert.deepEqual(rejected, [])
  return log
}

describe('what a log tells of events', () => {
  it('is known from the offset of its label on, and the latest label holds', async () => {
    const log = await logOf([
      payment('p1', START),
      payment('p2', START + 1),
      report('p1', START + 2, false, 'review'),
      report('p1', START + 3, true),
      report('nobody', START + 4, true),
    ])
    const survey = new OutcomeSurvey(log, log.head, { name: 'fraud', system })
    assert.deepEqual(
      [2, 3, 4, 5].map((asOf) => survey.label('p1', asOf)),
      [undefined, 0, 1, 1],
    )
    assert.deepEqual(
      [2, 3].map((asOf) => survey.isReviewed('p1', asOf)),
      [false, true],
    )
    assert.deepEqual([survey.label('p2', 5), survey.isReviewed('p2', 5), survey.told], [undefined, false, 2])
    assert.deepEqual(
      [[...survey.times], [...survey.offsets]],
      [
        [START, START + 1],
        [1, 2],
      ],
    )
    const earlier = new OutcomeSurvey(log, 3, { name: 'fraud', system })
    assert.equal(earlier.label('p1', 5), 0)
  })

  it('knows what this system refused, and nothing of what another did', async () => {
    const log = await logOf([payment('p1', START), payment('p2', START + 1), payment('p3', START + 2)])
    const decision = (name: string, id: string, action: string) => {
      return {
        id: `${name}-${id}`,
        type: '$decision',
        at: START,
        system: name,
        event: { id },
        action,
        reviewPropensity: 0,
      }
    }
    await log.appendInternal([
      decision('fraud', 'p1', 'block'),
      decision('other', 'p2', 'block'),
      decision('fraud', 'p3', 'review'),
    ])
    const survey = new OutcomeSurvey(log, log.head, { name: 'fraud', system })
    assert.deepEqual(
      ['p1', 'p2', 'p3'].map((id) => survey.isBlocked(id)),
      [true, false, false],
    )
  })
})

describe('the plan of a training', () => {
  it('leaves the time that labels take between its parts, each in the order of the log', async () => {
    const events = Array.from({ length: 60 * 24 }, (_, hour) => payment(`p${hour}`, START + hour * HOUR_MS))
    const survey = new OutcomeSurvey(await logOf(events), events.length, { name: 'fraud', system })
    const plan = planScoring(survey, 'payment', 5 * DAY_MS)
    const at = (offset: number) => events[offset - 1]!.at
    assert.ok(plan.fitMs - at(plan.trainUntil) > 5 * DAY_MS)
    assert.ok(plan.testMs - at(plan.validateUntil) > 5 * DAY_MS)
    assert.ok(at(plan.fitAt) < plan.fitMs && at(plan.fitAt + 1) >= plan.fitMs)
    assert.ok(at(plan.testFrom) < plan.testMs && at(plan.testFrom + 1) >= plan.testMs)
    assert.ok(plan.trainUntil < plan.fitAt && plan.fitAt < plan.validateUntil && plan.validateUntil < plan.testFrom)
    // Of the 55 days that are mature, the last quarter judges.
    assert.ok(Math.abs((plan.testMs - START) / DAY_MS - 0.75 * 55) < 1)
  })

  it('is the same when some clocks are months fast', async () => {
    const events = Array.from({ length: 60 * 24 }, (_, hour) => payment(`p${hour}`, START + hour * HOUR_MS))
    const skewed = events.map((event, index) =>
      index % 400 === 399 ? { ...event, at: event.at + 300 * DAY_MS } : event,
    )
    const surveys = await Promise.all(
      [events, skewed].map(
        async (each) => new OutcomeSurvey(await logOf(each), each.length, { name: 'fraud', system }),
      ),
    )
    const [plain, other] = surveys.map((survey) => planScoring(survey, 'payment', 5 * DAY_MS))
    assert.ok(plain && other)
    for (const part of ['trainUntil', 'fitAt', 'validateUntil', 'testFrom'] as const) {
      assert.ok(Math.abs(plain[part] - other[part]) <= 6, part)
    }
    assert.ok(Math.abs(nowOf(surveys[0]!) - nowOf(surveys[1]!)) <= HOUR_MS)
  })

  it('is refused when the log is not longer than labels take', async () => {
    const events = Array.from({ length: 300 }, (_, hour) => payment(`p${hour}`, START + hour * HOUR_MS))
    const survey = new OutcomeSurvey(await logOf(events), 300, { name: 'fraud', system })
    assert.throws(() => planScoring(survey, 'payment', 5 * DAY_MS), /at least 50 to learn from, got 300 of 12.0 days/)
    const nothing = new OutcomeSurvey(await logOf([]), 0, { name: 'fraud', system })
    assert.throws(() => planScoring(nothing, 'payment', 5 * DAY_MS), /got 0 of 0.0 days/)
  })
})
