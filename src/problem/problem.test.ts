import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineProblem, type Problem } from './problem.ts'

const right: Problem = {
  task: 'ranking',
  objective: 'watch',
  success: [
    { name: 'watches', better: 'higher' },
    { name: 'delay', better: 'lower', unit: 's' },
  ],
  guardrails: { p99Ms: 100, creatorShare: 1, minimumGain: -0.01 },
  scale: { users: 10, items: 10, eventsPerSecond: 0.1, requestsPerSecond: 1 },
}

/** The faults of a problem as plain JavaScript may write it; a part that is undefined is left out. */
function faultsOf(changes: Readonly<Record<string, unknown>>): unknown {
  const parts = Object.entries({ ...right, ...changes }).filter(([, part]) => part !== undefined)
  return faultsOfValue(Object.fromEntries(parts))
}

function faultsOfValue(problem: unknown): unknown {
  try {
    defineProblem(problem as Problem)
  } catch (error) {
    assert.ok(isSluiceError(error, 'INVALID_APPLICATION'), String(error))
    return error.details
  }
  return []
}

describe('defineProblem', () => {
  it('accepts a whole problem, and one without guardrails', () => {
    assert.equal(defineProblem(right), right)
    assert.deepEqual(faultsOf({ guardrails: {} }), [])
    for (const task of ['ranking', 'classification', 'regression']) assert.deepEqual(faultsOf({ task }), [])
  })

  it('lists every fault, not the first alone', () => {
    assert.deepEqual(
      faultsOf({
        task: 'rank',
        objective: '',
        success: [{ name: 'watches', better: 'more' }, 'watches'],
        guardrails: { p99Ms: 0, creatorShare: 20, minimumGain: 'some', p95Ms: 5 },
        scale: { users: -1, items: Number.NaN, eventsPerSecond: '5', requests: 1 },
        sucess: [],
      }),
      [
        'problem: expected task, objective, success, guardrails, scale, got sucess',
        'task: expected one of ranking, classification, regression, got "rank"',
        'objective: expected the name of an event, got ""',
        'success[0].better: expected higher or lower, got "more"',
        'success[1]: expected { name, better }, got "watches"',
        'guardrails: expected p99Ms, creatorShare, minimumGain, got p95Ms',
        'guardrails.p99Ms: expected milliseconds above 0, got 0',
        'guardrails.creatorShare: expected a share in (0, 1], got 20',
        'guardrails.minimumGain: expected a finite number, got "some"',
        'scale: expected users, items, eventsPerSecond, requestsPerSecond, got requests',
        'scale.users: expected a number above 0, got -1',
        'scale.items: expected a number above 0, got NaN',
        'scale.eventsPerSecond: expected a number above 0, got "5"',
        'scale.requestsPerSecond: expected a number above 0, got nothing',
      ],
    )
  })

  it('says which part is missing', () => {
    assert.deepEqual(faultsOf({ guardrails: undefined }), ['guardrails: expected an object, {} for none, got nothing'])
    assert.deepEqual(faultsOf({ scale: undefined }), [
      'scale: expected { users, items, eventsPerSecond, requestsPerSecond }, got nothing',
    ])
    assert.deepEqual(faultsOf({ success: [] }), ['success: expected at least one metric, got none'])
    assert.deepEqual(faultsOf({ success: undefined }), ['success: expected a list of metrics, got nothing'])
    assert.deepEqual(faultsOf({ objective: undefined }), ['objective: expected the name of an event, got nothing'])
    assert.deepEqual(faultsOfValue(undefined), [
      'expected { task, objective, success, guardrails, scale }, got nothing',
    ])
  })

  it('shows what cannot be written as JSON', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    assert.deepEqual(faultsOf({ task: cycle }), [
      'task: expected one of ranking, classification, regression, got a value that JSON cannot hold',
    ])
    assert.deepEqual(faultsOf({ objective: () => 'watch' }), [
      'objective: expected the name of an event, got a function',
    ])
  })
})
