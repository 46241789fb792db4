import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineSchema, ref } from '../problem/index.ts'
import { type CompactOptions, compact } from './compact-log.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'

const DAY = 86_400_000
const NEWEST = 1_800_000_000_000
let nowMs = NEWEST
const schema = defineSchema({
  entities: { user: {} },
  events: { watch: { user: ref('user') }, like: { user: ref('user') } },
})
const event = (id: string, type: string, ageDays: number) => ({ id, type, at: NEWEST - ageDays * DAY, user: 'u' })

describe('a compaction', () => {
  let path: string
  let directory: DataDirectory
  let log: EventLog

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-compact-'))
    nowMs = NEWEST
    directory = openDataDirectory(path, { mode: 'write', clock: () => nowMs })
    log = openEventLog(directory, { schema, clock: () => nowMs, quarantine: { inputs: 4 } })
  })
  afterEach(async () => {
    await log.close()
    await directory.close()
    rmSync(path, { recursive: true })
  })

  const ids = () => [...log.read()].flatMap(({ records }) => records.map(({ id }) => id))

  it('removes what is older than its type may become, counted from the newest event and not from the clock', async () => {
    await log.append([
      event('w30', 'watch', 30),
      event('w10', 'watch', 10),
      event('l30', 'like', 30),
      { id: 'u', type: 'user', at: NEWEST - 90 * DAY, user: 'u' },
      event('w0', 'watch', 0),
    ])
    await log.appendInternal([
      { id: 'd20', type: '$decision', at: NEWEST - 20 * DAY },
      { id: 'late', type: '$decision', at: NEWEST + 5 * DAY },
    ])
    nowMs = NEWEST + 1000 * DAY
    const result = await compact(log, { retention: { watch: '10d', $decision: '19d' }, nowMs })
    assert.deepEqual(result.byType, { watch: 1, $decision: 1 })
    assert.equal(result.newestMs, NEWEST)
    assert.deepEqual(ids(), ['w10', 'l30', 'u', 'w0', 'late'])
    assert.deepEqual(log.history, [{ kind: 'retention', at: nowMs, head: 7 }])
    assert.equal((await compact(log, { retention: { watch: '10d' }, nowMs })).removed, 0)
    assert.equal(log.history.length, 1)
  })

  it('removes quarantined inputs by the time of their receipt', async () => {
    nowMs = NEWEST - 8 * DAY
    await log.append([7])
    nowMs = NEWEST
    await log.append(['seven', event('a', 'watch', 0)])
    const { quarantineRemoved, removed } = await compact(log, { retention: { $quarantine: '7d' }, nowMs })
    assert.deepEqual([quarantineRemoved, removed], [1, 0])
    assert.deepEqual(
      log.readQuarantine().inputs.map(({ original }) => original),
      ['"seven"'],
    )
    assert.deepEqual(log.history, [])
  })

  it('puts small batches together and keeps every offset', async () => {
    for (let n = 0; n < 300; n++) await log.append([event(`e${n}`, n % 100 === 0 ? 'like' : 'watch', 0)])
    const before = [...log.read()].flatMap(({ firstOffset, records }) => records.map((record) => [firstOffset, record]))
    const result = await compact(log, { nowMs })
    assert.deepEqual([result.batchesBefore, result.batchesAfter, result.removed], [300, 2, 0])
    assert.ok(result.bytesAfter < result.bytesBefore)
    const after = [...log.read()].flatMap(({ firstOffset, records }) =>
      records.map((record, index) => [firstOffset + index, record]),
    )
    assert.deepEqual(after, before)
    assert.equal([...log.recordsOf({ entity: 'user', id: 'u' })].length, 300)
    assert.equal(log.generation, 1)
    assert.deepEqual(log.history, [])
    const again = await compact(log, { retention: { watch: '9d' }, nowMs })
    assert.deepEqual([again.batchesBefore, again.batchesAfter, again.removed, log.generation], [2, 2, 0, 1])
  })

  it('keeps what import and quarantine remember, and the quarantine within its bound', async () => {
    await log.append([event('a', 'watch', 0)], { checkpoint: { name: 'file', value: { lines: 1 } } })
    await log.append([1, 2, 3, 4])
    const rewriting = log.rewrite({ kind: 'compaction', drops: () => false })
    await log.append([5, 6])
    await rewriting
    await log.append([7])
    assert.deepEqual(log.checkpoint('file'), { lines: 1 })
    const { inputs, counts, dropped } = log.readQuarantine()
    assert.deepEqual(
      inputs.map(({ number, original }) => [number, original]),
      [7, 6, 5, 4].map((number) => [number, String(number)]),
    )
    assert.deepEqual([counts, dropped], [{ WRONG_TYPE: 7 }, 3])
  })

  it('refuses to drop attributes of entities and names that it does not know', async () => {
    await log.append([event('a', 'watch', 0)])
    for (const retention of [{ user: '1d' }, { wach: '1d' }] as CompactOptions['retention'][]) {
      await assert.rejects(
        compact(log, { retention: retention ?? {}, nowMs }),
        (error) =>
          isSluiceError(error, 'INVALID_ARGUMENT') && /retention: expected types of events/.test(error.message),
      )
    }
    assert.equal(log.generation, 0)
  })
})
