import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { isSluiceError } from '../foundation/index.ts'
import { category, defineSchema, number, ref } from '../problem/index.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import type { EventRecord } from './record.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: { country: category() }, video: {} },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number({ min: 0 }) } },
})

const watch = (id: string, seconds = 1): EventRecord => ({ id, type: 'watch', at: NOW, user: 'u', video: 'v', seconds })

describe('the event log', () => {
  let path: string
  let directory: DataDirectory
  let log: EventLog

  const reopen = async () => {
    await log?.close()
    await directory?.close()
    directory = openDataDirectory(path, { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
  }

  const everything = () => [...log.read()].flatMap(({ records }) => records)

  beforeEach(async () => {
    path = mkdtempSync(join(tmpdir(), 'sluice-log-'))
    directory = openDataDirectory(path, { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
  })
  afterEach(async () => {
    await log.close()
    await directory.close()
    rmSync(path, { recursive: true })
  })

  it('gives consecutive offsets from 1 in input order', async () => {
    assert.equal(log.head, 0)
    assert.deepEqual(await log.append([watch('a'), watch('b')]), {
      accepted: 2,
      duplicates: 0,
      rejected: [],
      offset: 2,
    })
    assert.deepEqual(log.readOne(2), watch('b'))
    assert.equal(log.readOne(0), undefined)
    assert.equal(log.readOne(3), undefined)
  })

  it('behaves as a map from id to first record, whatever mix comes in, also after it was opened again', async () => {
    const event = fc.oneof(
      { weight: 6, arbitrary: fc.record({ id: fc.integer({ min: 0, max: 60 }), seconds: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.constantFrom(null, { id: 'x' }, { ...watch('x'), seconds: -1 }) },
    )
    const batches = fc.array(fc.array(event, { maxLength: 12 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(batches, fc.nat(7), async (calls, reopenAt) => {
        const model = new Map(everything().map((record) => [record.id, record]))
        for (const [call, inputs] of calls.entries()) {
          if (call === reopenAt) await reopen()
          const events = inputs.map((input) =>
            input && typeof input.id === 'number'
              ? watch(`e${input.id}`, (input as { seconds: number }).seconds)
              : input,
          )
          const valid = events.filter((input): input is EventRecord => input?.id?.toString().startsWith('e') ?? false)
          const before = model.size
          for (const record of valid) if (!model.has(record.id)) model.set(record.id, record)
          const result = await log.append(events)
          assert.equal(result.accepted, model.size - before)
          assert.equal(result.duplicates, valid.length - result.accepted)
          assert.equal(result.rejected.length, events.length - valid.length)
          assert.equal(result.offset, model.size)
        }
        assert.deepEqual(everything(), [...model.values()])
      }),
      { seed: 7, numRuns: 40 },
    )
  })

  it('gives the same answers to repetitions around the horizon, whether or not it was opened again', async () => {
    const deduplication = { events: 40 }
    const repeat = async (isOpenedAgain: boolean) => {
      const results: unknown[] = []
      for (let call = 0; call < 30; call++) {
        await log.append([])
        if (call === 0 || isOpenedAgain) {
          await log.close()
          log = openEventLog(directory, { schema, clock, deduplication })
        }
        results.push(await log.append(Array.from({ length: 9 }, (_, n) => watch(`e${(call * 7 + n * 11) % 90}`))))
      }
      return results
    }
    const first = await repeat(false)
    await log.close()
    await directory.close()
    rmSync(path, { recursive: true })
    directory = openDataDirectory(path, { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
    assert.deepEqual(await repeat(true), first)
    const last = everything().slice(-40)
    assert.equal(new Set(last.map(({ id }) => id)).size, 40)
    assert.ok(log.head > 90, 'ids from before the horizon came again')
  })

  it('acknowledges an id once when concurrent appends repeat it', async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, call) => log.append([watch('same'), watch(`e${call}`)])),
    )
    assert.equal(
      results.reduce((sum, { duplicates }) => sum + duplicates, 0),
      49,
    )
    assert.equal(log.head, 51)
  })

  it('tells listeners in offset order, after the commit and before the append resolves', async () => {
    const seen: string[] = []
    log.onCommit((firstOffset, records) => {
      records.forEach((record, index) => {
        assert.deepEqual(log.readOne(firstOffset + index), record)
        seen.push(record.id)
      })
    })
    await Promise.all([log.append([watch('a'), watch('a')]), log.append([watch('b')])])
    assert.deepEqual(seen, ['a', 'b'])
  })

  it('reads any range, over the edges of batches', async () => {
    await log.append(Array.from({ length: 1000 }, (_, index) => watch(`e${index}`)))
    for (const [from, to] of [
      [1, 1000],
      [256, 257],
      [250, 800],
      [999, 5000],
      [1001, 2000],
    ] as const) {
      const offsets = [...log.read(from, to)].flatMap(({ firstOffset, records }) =>
        records.map((record, index) => {
          assert.equal(record.id, `e${firstOffset + index - 1}`)
          return firstOffset + index
        }),
      )
      const expected = Array.from({ length: Math.max(0, Math.min(to, 1000) - from + 1) }, (_, index) => from + index)
      assert.deepEqual(offsets, expected)
    }
  })

  it('does not let later changes of the caller reach the log', async () => {
    const event = { ...watch('a'), seconds: 1 }
    const done = log.append([event])
    event.seconds = 2
    await done
    assert.equal(log.readOne(1)?.seconds, 1)
  })

  it('keeps what does not fit, with its code and text, and takes the rest', async () => {
    const { accepted, rejected } = await log.append([watch('a'), { ...watch('b'), seconds: 'x'.repeat(70_000) }, 7n], {
      source: 'http',
    })
    assert.equal(accepted, 1)
    assert.deepEqual(
      rejected.map(({ index, code }) => [index, code]),
      [
        [1, 'WRONG_TYPE'],
        [2, 'WRONG_TYPE'],
      ],
    )
    await reopen()
    const { counts, inputs } = log.readQuarantine()
    assert.deepEqual(counts, { WRONG_TYPE: 2 })
    const [newest, oldest] = inputs
    assert.deepEqual([newest?.number, newest?.original, newest?.receivedAt, newest?.source], [2, '7', NOW, 'http'])
    assert.ok(oldest?.isTruncated && oldest.original.length === 65_536 && oldest.original.startsWith('{"id":"b"'))
  })

  it('refuses an event above 64 KiB', async () => {
    const { rejected } = await log.append([{ id: 'u', type: 'user', at: NOW, user: 'u', country: 'é'.repeat(33_000) }])
    assert.equal(rejected[0]?.code, 'EVENT_TOO_LARGE')
  })

  it('takes records of the engine from inside only', async () => {
    const decision = { id: 'd1', type: '$decision', at: NOW, items: ['v1'] }
    assert.equal((await log.append([decision])).rejected[0]?.code, 'RESERVED_NAME')
    assert.equal(await log.appendInternal([decision]), 1)
    assert.deepEqual(log.readOne(1), decision)
    assert.throws(
      () => log.appendInternal([watch('a')]),
      (error) => isSluiceError(error, 'RESERVED_NAME'),
    )
  })

  it('commits a checkpoint with the records', async () => {
    assert.equal(log.checkpoint('file'), undefined)
    await log.append([], { checkpoint: { name: 'file', value: { lines: 3 } } })
    await reopen()
    assert.deepEqual(log.checkpoint('file'), { lines: 3 })
  })

  it('refuses what comes while 64 MiB wait for the disk, keeps nothing of it, and takes it afterwards', async () => {
    const large = (call: number) =>
      Array.from({ length: 200 }, (_, index) => ({
        id: `${call}/${index}`,
        type: 'user',
        at: NOW,
        user: 'u',
        country: 'c'.repeat(60_000),
      }))
    const calls = [0, 1, 2, 3, 4, 5, 6, 7]
    const outcomes = await Promise.allSettled(calls.map((call) => log.append(large(call))))
    const refused = calls.filter((call) => outcomes[call]?.status === 'rejected')
    assert.deepEqual(refused, [6, 7], 'six of 12 MB are more than 64 MiB')
    for (const call of refused) {
      const outcome = outcomes[call]
      assert.ok(outcome?.status === 'rejected' && isSluiceError(outcome.reason, 'OVERLOADED'))
    }
    assert.equal(log.head, 1200)
    assert.equal((await log.append(large(6))).accepted, 200)
  })

  it('waits on close for what is under way and refuses what comes later', async () => {
    const done = log.append([watch('a')])
    await log.close()
    assert.equal((await done).offset, 1)
    await assert.rejects(log.append([watch('b')]), (error) => isSluiceError(error, 'SHUTTING_DOWN'))
  })
})
