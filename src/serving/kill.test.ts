import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../testing/index.ts'
import { runKills } from './testing/kill-run.ts'

describe('a server that is killed under load', () => {
  it('has every acknowledged event exactly once, in the log and in the counts', async () => {
    const report = await runKills({ directory: temporaryFolder(), kills: 3, seed: 1, longestLifeMs: 600 })
    const { lost, twice, foreign, countsDifferent } = report
    assert.deepEqual({ lost, twice, foreign, countsDifferent }, { lost: 0, twice: 0, foreign: 0, countsDifferent: 0 })
    assert.ok(report.acknowledged > 0 && report.unacknowledged > 0, JSON.stringify(report))
    assert.ok(report.countsCompared > 0)
  })
})
