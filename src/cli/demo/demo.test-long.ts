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
