import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../../testing/index.ts'
import { runProgram } from '../testing/run-program.ts'

describe('sluice demo --once', () => {
  it('reports everything in one document and leaves nothing behind', async () => {
    const folder = temporaryFolder()
    const size = ['--users', '200', '--videos', '400', '--days', '6']
    const { code, out, err } = await runProgram(folder, 'demo', '--once', '--json', ...size)
    assert.deepEqual([code, err], [0, ''])
    const report = JSON.parse(out) as Record<string, Record<string, unknown>>
    assert.equal(report.pageLatency?.requests, 2_000)
    assert.equal(report.training?.promoted, true)
    assert.deepEqual(report.replay, { decisions: 1_000, different: 0 })
    for (const part of ['world', 'import', 'ranking', 'pages', 'pageWorth', 'retrievalRecallAt100']) {
      assert.equal(typeof report[part], 'object', part)
    }
    assert.deepEqual(readdirSync(folder), [])
  })

  it('fails when there is too little to learn from', async () => {
    const size = ['--users', '1', '--videos', '1', '--days', '1']
    const { code, err } = await runProgram(temporaryFolder(), 'demo', '--once', ...size)
    assert.equal(code, 1)
    assert.match(err, /NO_TRAINING_DATA: .*; import more events first/)
  })
})

describe('sluice demo fraud --once', () => {
  it('decides fresh payments, each for ever, explains one, has one reviewed and makes all again from the log', async () => {
    const folder = temporaryFolder()
    const { code, out, err } = await runProgram(folder, 'demo', 'fraud', '--once', '--json', '--cards', '1000')
    assert.deepEqual([code, err], [0, ''])
    const report = JSON.parse(out) as FraudReport
    const { paymentLatency, again, replay, fresh, scoring, actions, explained, review } = report
    assert.equal(paymentLatency.requests, 500)
    assert.deepEqual(again, { decisions: 500, different: 0 })
    assert.deepEqual(replay, { decisions: 500, different: 0 })
    assert.equal(
      Object.values(fresh).reduce((sum, { payments }) => sum + payments, 0),
      500,
    )
    const { model, logistic, constant } = scoring
    assert.ok(model.averagePrecision.estimate > 10 * constant.averagePrecision)
    assert.ok(model.precisionAt100 > constant.precisionAt100)
    assert.equal(typeof logistic.precisionAt100, 'number')
    assert.ok(actions.money.saved.estimate > 0)
    assert.equal(explained.reproduced, true)
    assert.ok(explained.reasons.length > 1 && explained.reasons.every(({ because }) => because.length > 5))
    assert.ok(review.waiting >= 1 && review.decided !== null)
    // Cases are as old as the world's clock says, whose days were over long ago.
    assert.ok(review.oldestMs !== null && review.oldestMs >= 0 && review.oldestMs < 3_600_000)
    assert.equal(review.decided.labels, review.decided.alerts)
    assert.deepEqual(readdirSync(folder), [])
  })

  it('fails when there is too little to learn from', async () => {
    const size = ['--cards', '20', '--days', '2']
    const { code, err } = await runProgram(temporaryFolder(), 'demo', 'fraud', '--once', ...size)
    assert.equal(code, 1)
    assert.match(err, /NO_TRAINING_DATA: /)
  })
})

describe('sluice demo search --once', () => {
  it('answers searches that the world judges, completes queries and makes all again from the log', async () => {
    const folder = temporaryFolder()
    const size = ['--people', '1000', '--products', '2500', '--days', '16']
    const { code, out, err } = await runProgram(folder, 'demo', 'search', '--once', '--json', ...size)
    assert.deepEqual([code, err], [0, ''])
    const { worth, replay, training, searchLatency, suggested, search } = JSON.parse(out) as SearchReport
    assert.equal(training.promoted, true)
    assert.equal(searchLatency.requests, 500)
    assert.deepEqual(replay, { decisions: 1_000, different: 0 })
    const clicks = ({ clicksPerPage }: Worth): number => clicksPerPage.estimate
    assert.ok(clicks(worth.model) > clicks(worth.text) && clicks(worth.text) > clicks(worth.legacy))
    assert.ok(worth.text.ndcgAt10.estimate > worth.legacy.ndcgAt10.estimate)
    assert.ok(clicks(worth.model) < worth.bestClicksPerPage.estimate)
    assert.ok(search.ranking.gainOverText.low > 0)
    assert.ok(suggested.typed.length === 4 && suggested.suggestions.length > 0)
    assert.deepEqual(readdirSync(folder), [])
  })
})

interface Estimated {
  readonly estimate: number
  readonly low: number
}
interface Worth {
  readonly ndcgAt10: Estimated
  readonly clicksPerPage: Estimated
}
interface SearchReport {
  readonly worth: Readonly<Record<'model' | 'text' | 'legacy', Worth>> & { readonly bestClicksPerPage: Estimated }
  readonly training: { readonly promoted: boolean }
  readonly search: { readonly ranking: { readonly gainOverText: Estimated } }
  readonly searchLatency: { readonly requests: number }
  readonly suggested: { readonly typed: string; readonly suggestions: readonly string[] }
  readonly replay: object
}

interface FraudReport {
  readonly paymentLatency: { readonly requests: number }
  readonly again: object
  readonly replay: object
  readonly fresh: Readonly<Record<string, { readonly payments: number }>>
  readonly scoring: {
    readonly model: { readonly averagePrecision: { readonly estimate: number }; readonly precisionAt100: number }
    readonly logistic: { readonly precisionAt100: number }
    readonly constant: { readonly averagePrecision: number; readonly precisionAt100: number }
  }
  readonly actions: { readonly money: { readonly saved: { readonly estimate: number } } }
  readonly explained: { readonly reproduced: boolean; readonly reasons: readonly { readonly because: string }[] }
  readonly review: {
    readonly waiting: number
    readonly oldestMs: number | null
    readonly decided: { readonly alerts: number; readonly labels: number } | null
  }
}
