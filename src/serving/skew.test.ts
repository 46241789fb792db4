import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../testing/index.ts'
import { runSkew } from './testing/skew-run.ts'

describe('feature rows under faults', () => {
  it('are the same bytes when made again from the log, whatever was killed, late, doubled or out of order', async () => {
    const report = await runSkew({ directory: temporaryFolder(), vectors: 20_000, kills: 3, seed: 1 })
    assert.deepEqual(report.differences, [])
    assert.equal(report.differingBytes, 0)
    assert.equal(report.misplaced, 0)
    assert.ok(report.vectors >= 20_000, `${report.vectors} vectors`)
    assert.equal(report.kills, 3)
    assert.equal(report.differentDecisions, 0)
    assert.equal(report.plantedDifference, 1, 'one byte that differs is one byte found')
    assert.ok(report.columns >= 45, `${report.columns} columns`)
    assert.deepEqual(report.stillColumns, [], 'every column takes several values')
    const { duplicatesAcknowledged, late, outOfOrder, future, sameTime, rejected, startsFromSnapshot } = report
    for (const count of [duplicatesAcknowledged, late, outOfOrder, future, sameTime, rejected, startsFromSnapshot]) {
      assert.ok(count > 0, JSON.stringify(report))
    }
  })
})
