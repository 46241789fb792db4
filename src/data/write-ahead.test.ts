import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { SluiceError } from '../foundation/index.ts'
import { encodeBatch } from './batch-codec.ts'
import { readJournal } from './journal-file.ts'
import { PendingCommits } from './pending-commits.ts'
import type { Writes } from './store.ts'
import { WriteAhead } from './write-ahead.ts'

describe('writing ahead of the store', () => {
  let path: string
  let pending: PendingCommits
  /** What the store was given, and whether it takes it. */
  let stored: Writes[]
  let isFull: boolean
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-ahead-'))
    pending = new PendingCommits()
    stored = []
    isFull = false
  })
  afterEach(() => rmSync(path, { recursive: true }))

  const aheadIn = (directory: string) => {
    const commit = async (writes: Writes): Promise<void> => {
      if (isFull) throw new SluiceError('DISK_FULL', 'store: expected room, got none; make room')
      stored.push(writes)
    }
    return new WriteAhead(directory, { pending, commit, applied: () => {} }, 0)
  }
  const writesAt = (offset: number, length = 100): Writes => ({
    batches: [[offset, encodeBatch(offset, [JSON.stringify({ id: 'x'.repeat(length) })])]],
    subjects: [],
    quarantine: [],
    facts: [
      ['last-commit', offset],
      ['count', offset],
    ],
  })
  const offsetsOf = (writes: readonly Writes[]) => writes.map(({ batches }) => batches.map(([offset]) => offset))
  const factsOf = (writes: Writes | undefined) => Object.fromEntries(writes?.facts ?? [])

  it('puts small commits into the journal alone, and with a large one they go into the store', async () => {
    const ahead = aheadIn(path)
    await ahead.commit(writesAt(1))
    await ahead.commit(writesAt(2))
    assert.deepEqual([stored, pending.keys, pending.lastOffset], [[], [1, 2], 2])
    assert.deepEqual(
      readJournal(path, 0).frames.map(({ number }) => number),
      [1, 2],
    )
    await ahead.commit(writesAt(3, 300_000))
    assert.deepEqual([offsetsOf(stored), pending.isEmpty], [[[1, 2, 3]], true])
    assert.deepEqual(factsOf(stored[0]), { 'last-commit': 1, count: 3, journaled: 3 })
    await ahead.commit(writesAt(4))
    assert.deepEqual(
      readJournal(path, 3).frames.map(({ number }) => number),
      [4],
    )
    await ahead.settle()
    await ahead.remove()
    assert.deepEqual([offsetsOf(stored), readJournal(path, 0).frames], [[[1, 2, 3], [4]], []])
  })

  it('needs no journal where none can be written', async () => {
    const ahead = aheadIn(join(path, 'missing'))
    for (let offset = 1; offset <= 3; offset++) await ahead.commit(writesAt(offset))
    assert.deepEqual([offsetsOf(stored), pending.isEmpty], [[[1], [2], [3]], true])
    assert.equal(factsOf(stored[2]).journaled, 3)
  })

  it('keeps what a store refuses in the journal, tells the next caller, and catches up when there is room', async () => {
    const ahead = aheadIn(path)
    isFull = true
    const taken: number[] = []
    const refused: number[] = []
    for (let offset = 1; offset <= 400; offset++) {
      await ahead.commit(writesAt(offset, 4_000)).then(
        () => taken.push(offset),
        (error: SluiceError) => refused.push(offset) && assert.equal(error.code, 'DISK_FULL'),
      )
    }
    assert.ok(taken.length > 50 && refused.length > 50)
    assert.deepEqual(pending.keys, taken)
    assert.deepEqual(
      readJournal(path, 0).frames.flatMap(({ writes }) => writes.batches.map(([offset]) => offset)),
      taken,
    )
    isFull = false
    await ahead.commit(writesAt(401))
    assert.deepEqual([offsetsOf(stored), pending.isEmpty], [[[...taken, 401]], true])
    await ahead.commit(writesAt(402))
    assert.deepEqual(pending.keys, [402])
    await ahead.remove()
  })
})
