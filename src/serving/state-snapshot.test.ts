import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FeatureState } from '../features/index.ts'
import { HOUR_MS, isSluiceError, manualClock } from '../foundation/index.ts'
import { defineSchema } from '../problem/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { Engine } from './engine.ts'
import { openReader } from './reader.ts'
import { saveSnapshot, saveSnapshotSoon } from './state-snapshot.ts'

const empty = new FeatureState(defineSchema({ entities: { user: {} }, events: {} }), [])
const EVENTS = smallVideoEvents({ users: 12, videos: 30, hours: 12, seed: 1 })
const clock = manualClock(SMALL_START_MS + 24 * HOUR_MS)
const service = smallVideoService()
const snapshotOf = (folder: string) => join(folder, 'state.snapshot')

describe('a snapshot', () => {
  it('is written whole, without a draft left beside it', async () => {
    for (const write of [
      (folder: string) => saveSnapshot(empty, 0, folder),
      (folder: string) => saveSnapshotSoon(empty, 0, folder),
    ]) {
      const folder = temporaryFolder()
      await write(folder)
      assert.deepEqual(readdirSync(folder), ['state.snapshot'])
    }
  })

  it('is whole when both ways of writing one are under way at once', async () => {
    const folder = temporaryFolder()
    const soon = saveSnapshotSoon(empty, 0, folder)
    saveSnapshot(empty, 0, folder)
    await soon
    const bytes = readFileSync(snapshotOf(folder))
    saveSnapshot(empty, 0, folder)
    assert.deepEqual(readFileSync(snapshotOf(folder)), bytes)
    assert.deepEqual(readdirSync(folder), ['state.snapshot'])
  })

  it('that cannot be written is a coded error', async () => {
    const nowhere = join(temporaryFolder(), 'none')
    const isFull = (error: unknown) => isSluiceError(error, 'DISK_FULL')
    assert.throws(() => saveSnapshot(empty, 0, nowhere), isFull)
    await assert.rejects(saveSnapshotSoon(empty, 0, nowhere), isFull)
  })

  it('is written while serving, once in so many records, and the next start goes on from it', async () => {
    const directory = temporaryFolder()
    const engine = Engine.open(service, { directory, clock, snapshotEvery: 500 })
    await engine.accept(EVENTS.slice(0, 499))
    assert.ok(!existsSync(snapshotOf(directory)))
    await engine.accept(EVENTS.slice(499, 600))
    await engine.eraseSubject({ entity: 'user', id: 'nobody' })
    assert.ok(existsSync(snapshotOf(directory)))
    await engine.accept(EVENTS.slice(600, 650))
    // What a crash now would leave behind.
    const kept = readFileSync(snapshotOf(directory))
    const expected = engine.state.save()
    await engine.close()
    writeFileSync(snapshotOf(directory), kept)
    const again = Engine.open(service, { directory, clock })
    assert.equal(again.snapshotRefused, undefined)
    assert.deepEqual(again.state.save(), expected)
    await again.close()
  })

  it('of before an erasure is refused, removed by who writes, and left alone by who reads', async () => {
    const directory = temporaryFolder()
    const before = Engine.open(service, { directory, clock })
    await before.accept(EVENTS)
    before.saveSnapshot()
    const old = `${snapshotOf(directory)}.old`
    copyFileSync(snapshotOf(directory), old)
    await before.eraseSubject({ entity: 'user', id: 'u3' })
    const expected = before.state.save()
    await before.close()
    copyFileSync(old, snapshotOf(directory))
    const reader = openReader(service, { directory, clock })
    assert.deepEqual(reader.state().save(), expected)
    await reader.close()
    assert.ok(existsSync(snapshotOf(directory)))
    const engine = Engine.open(service, { directory, clock })
    assert.match(engine.snapshotRefused ?? '', /snapshot: records were removed since/)
    assert.deepEqual(engine.state.save(), expected)
    assert.ok(!existsSync(snapshotOf(directory)))
    await engine.close()
  })
})
