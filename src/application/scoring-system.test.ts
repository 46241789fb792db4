import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineProblem } from '../problem/index.ts'
import { type SmallPaymentParts, smallPaymentService } from '../testing/index.ts'
import { hashOfSystem, rankingSystems, requireScoringSystem, requireSystem, scoringSystems } from './define-app.ts'
import { boostedTrees, logisticScorer } from './scorer.ts'
import { ruleVocabulary } from './scoring-system.ts'

function faultsOf(parts: SmallPaymentParts): string[] {
  try {
    smallPaymentService(parts)
  } catch (error) {
    assert.ok(isSluiceError(error, 'INVALID_APPLICATION'), String(error))
    return (error.details as string[]).map((fault) => fault.replace(/^fraud: /, ''))
  }
  return []
}

const LABEL = { event: 'report', of: 'payment', positive: { fraud: { oneOf: [true] } }, matureAfter: '5d' } as const

describe('a scoring system', () => {
  it('that is sound is one of its application, and none that ranks', () => {
    const app = smallPaymentService()
    assert.deepEqual(
      scoringSystems(app).map(([name]) => name),
      ['fraud'],
    )
    assert.deepEqual(rankingSystems(app), [])
    assert.equal(requireScoringSystem(app, 'fraud').budgetMs, 50)
    assert.throws(
      () => requireSystem(app, 'fraud'),
      (error) => isSluiceError(error, 'WRONG_TASK'),
    )
    assert.throws(
      () => requireScoringSystem(app, 'risk'),
      (error) => isSluiceError(error, 'UNKNOWN_SYSTEM'),
    )
  })

  it('lets rules name its columns and then the probability, and the texts of the event', () => {
    const app = smallPaymentService()
    const { numbers, texts } = ruleVocabulary(app.schema, app.features, requireScoringSystem(app, 'fraud'))
    assert.deepEqual(numbers, [...app.features.columnNames, 'probability'])
    assert.deepEqual(texts, ['card', 'terminal', 'channel'])
  })

  it('has another identity when its model would be another, and the same when its rules or lists change', () => {
    const hash = (parts: SmallPaymentParts = {}) => {
      const app = smallPaymentService(parts)
      return hashOfSystem(app, requireScoringSystem(app, 'fraud'))
    }
    assert.equal(hash(), hash({ policy: { rules: 'rule all when amount > 1 then review', lists: { entries: 5 } } }))
    const others: SmallPaymentParts[] = [
      { model: boostedTrees() },
      { model: boostedTrees({ leaves: 7 }) },
      { model: logisticScorer({ l2: 2 }) },
      { features: ['amount'] },
      { imbalance: { kind: 'undersample', share: 0.5 } },
      { label: { ...LABEL, matureAfter: '6d' } },
      { calibration: ['platt'] },
      { policy: { decide: { kind: 'thresholds', goals: { review: { kind: 'capacity', perDay: 5 } } } } },
    ]
    const hashes = [hash(), ...others.map(hash)]
    assert.equal(new Set(hashes).size, hashes.length)
  })

  it('names all that is wrong with it at once', () => {
    const faults = faultsOf({
      subject: 'terminals',
      amount: 'channel',
      segment: 'amount',
      features: ['amount', 'speed'],
      imbalance: { kind: 'undersample', share: 0 },
      budgetMs: 0,
    })
    assert.equal(faults.length, 6)
    for (const [index, expected] of [
      /budgetMs: expected milliseconds above 0/,
      /unknown entity terminals/,
      /amount: expected a field of payment of kind number or integer \(amount\), got channel/,
      /segment: expected a field of payment of kind category \(channel\), got amount/,
      /features: unknown feature speed/,
      /imbalance: share of negatives kept: expected above 0/,
    ].entries()) {
      assert.match(faults[index] ?? '', expected)
    }
  })

  const wrong: Record<string, readonly [SmallPaymentParts, RegExp]> = {
    'scores an event that is not there': [{ event: 'purchase' }, /^unknown event purchase$/],
    'is labelled by the event that it scores': [
      { label: { ...LABEL, event: 'payment', of: 'card', positive: {} } },
      /label.event: expected another event than payment/,
    ],
    'finds no id in its label': [
      { label: { ...LABEL, of: 'card' } },
      /label.of: expected a field of report of kind identifier/,
    ],
    'asks of its label what it has not': [
      { label: { ...LABEL, positive: { verdict: { oneOf: [true] } } } },
      /label.positive: where: unknown field verdict/,
    ],
    'learns early from what is no condition': [
      { label: { ...LABEL, early: { where: { source: {} } } } },
      /label.early: where.source: expected min, max or oneOf/,
    ],
    'matures at no time': [{ label: { ...LABEL, matureAfter: '0d' } }, /label.matureAfter: duration/],
    'is of another task': [
      {
        problem: defineProblem({
          task: 'regression',
          objective: 'report',
          success: [{ name: 'money', better: 'higher' }],
          guardrails: {},
          scale: { users: 1, items: 1, eventsPerSecond: 1, requestsPerSecond: 1 },
        }),
      },
      /problem.task: expected classification/,
    ],
    'weighs positives as nothing': [{ imbalance: { kind: 'weight', positive: 0 } }, /imbalance.positive: expected/],
    'calibrates by no method': [{ calibration: [] }, /calibration methods: expected some of/],
    'has costs that are none': [
      { policy: { decide: { kind: 'cost', costs: { review: -1 } } } },
      /policy.decide: costs, review: expected a number of at least 0/,
    ],
    'reaches for more than all': [
      { policy: { decide: { kind: 'thresholds', goals: { block: { kind: 'precision', atLeast: 1.5 } } } } },
      /policy.decide.goals.block: goal precision/,
    ],
    'has rules that name what is not there': [
      { policy: { rules: 'rule a when speed > 1 then block' } },
      /policy.rules: .*speed/,
    ],
    'holds no list': [{ policy: { lists: { entries: 0 } } }, /policy.lists: entries of lists/],
    'guards nothing': [{ policy: { guard: { mostBlocked: 0 } } }, /policy.guard.mostBlocked: expected a share above 0/],
    'reviews more than there is': [
      { policy: { review: { exploration: 2, caseOf: 'device' } } },
      /policy.review.caseOf: event payment: expected a field that refers to device/,
    ],
  }
  for (const [title, [parts, expected]] of Object.entries(wrong)) {
    it(`is refused when it ${title}`, () => assert.match(faultsOf(parts).join('\n'), expected))
  }
})
