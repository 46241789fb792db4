import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decideAction, type ModelPolicy, type PolicyInput } from './decide-action.ts'
import { compileRules } from './rules/rule-program.ts'

const rules = compileRules(
  `rule trusted when regular > 0 then allow because "a regular payment"
   rule fast when count > 5 then review because "many payments"
   rule absurd when amount > 9000 then block`,
  { numbers: ['regular', 'count', 'amount'], texts: [] },
)
const THRESHOLDS: ModelPolicy = { kind: 'thresholds', thresholds: { 'step-up': 0.2, review: 0.5, block: 0.9 } }

/** The action, and what spoke. */
function decide(
  given: Partial<PolicyInput> & { regular?: number; count?: number; amount?: number },
  model: ModelPolicy = THRESHOLDS,
): [string, ...string[]] {
  const { regular = 0, count = 0, amount = 10, ...input } = given
  const row = { numbers: Float64Array.of(regular, count, amount), texts: [] }
  const decision = decideAction(rules, model, { probability: 0, amount, row, ...input }, new Uint8Array(3))
  return [decision.action, ...decision.reasons.map(({ source, name }) => `${source} ${name}`)]
}

describe('an action', () => {
  it('is the severest that rules and model ask for', () => {
    assert.deepEqual(decide({}), ['allow'])
    assert.deepEqual(decide({ probability: 0.2 }), ['step-up', 'model probability'])
    assert.deepEqual(decide({ probability: 0.95 }), ['block', 'model probability'])
    assert.deepEqual(decide({ probability: 0.3, count: 9 }), ['review', 'rule fast', 'model probability'])
    assert.deepEqual(decide({ count: 9, amount: 9001 }), ['block', 'rule fast', 'rule absurd'])
  })

  it('is the model’s no more when a rule trusts the event, but still another rule’s', () => {
    assert.deepEqual(decide({ regular: 1, probability: 0.95 }), ['allow', 'rule trusted', 'model probability'])
    assert.deepEqual(decide({ regular: 1, count: 9, probability: 0.95 }), [
      'review',
      'rule trusted',
      'rule fast',
      'model probability',
    ])
  })

  it('is that of a list before all else', () => {
    const listed = (list: 'allow' | 'block') => ({ list, reason: 'by hand' })
    assert.deepEqual(decide({ listed: listed('block') }), ['block', 'list block'])
    assert.deepEqual(decide({ listed: listed('allow'), amount: 9001, probability: 1 }), ['allow', 'list allow'])
  })

  it('is that of the rules alone without a model', () => {
    assert.deepEqual(decide({ probability: undefined }), ['allow'])
    assert.deepEqual(decide({ probability: undefined, count: 9 }), ['review', 'rule fast'])
  })

  it('hangs on the amount where costs decide', () => {
    const model: ModelPolicy = { kind: 'cost', policy: { costs: { review: 5 }, capacityPrice: 0, actions: ['review'] } }
    assert.deepEqual(decide({ probability: 0.1, amount: 10 }, model), ['allow'])
    assert.deepEqual(decide({ probability: 0.1, amount: 100 }, model), ['review', 'model probability'])
  })
})
