import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../foundation/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import type { Decision } from './decision.ts'
import { Engine } from './engine.ts'
import { stateAsOf } from './state-snapshot.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 12, seed: 2 })
const application = smallVideoService()

function open(directory: string): Engine {
  return Engine.open(application, { directory, clock: manualClock(SMALL_START_MS + 13 * HOUR_MS) })
}

/** Everything of a page that does not say which request it answers. */
async function pageOf(engine: Engine): Promise<Omit<Decision, 'id' | 'asOf'>> {
  const { id: _id, asOf: _asOf, ...page } = await engine.rank('home', { subject: 'u3', limit: 20 })
  return page
}

/** A directory with events, a decision and the snapshot of a clean end; and the page that was answered last. */
async function served(): Promise<{ directory: string; file: string; page: unknown }> {
  const directory = temporaryFolder()
  const engine = open(directory)
  await engine.accept(EVENTS)
  const page = await pageOf(engine)
  await engine.close()
  return { directory, file: join(directory, 'state.snapshot'), page }
}

describe('a snapshot of the state', () => {
  it('continues the state to the byte, and so does the log from its beginning', async () => {
    const { directory, page } = await served()
    const engine = open(directory)
    assert.equal(engine.snapshotRefused, undefined)
    const rebuilt = await stateAsOf(application, engine.log, engine.log.head)
    assert.deepEqual(engine.state.save(), rebuilt.save())
    assert.deepEqual(await pageOf(engine), page)
    await engine.close()
  })

  it('is followed by what the log holds beyond it, as after a crash', async () => {
    const { directory, file } = await served()
    const early = readFileSync(file)
    const before = open(directory)
    await before.accept([{ id: 'late', type: 'watch', at: SMALL_START_MS, user: 'u3', video: 'v1', seconds: 60 }])
    const page = await pageOf(before)
    await before.close()
    writeFileSync(file, early)
    const engine = open(directory)
    assert.deepEqual(await pageOf(engine), page)
    await engine.close()
  })

  it('is not used when it is damaged: the state is rebuilt, and the reason said', async () => {
    const { directory, file, page } = await served()
    const sound = readFileSync(file)
    const flipped = Buffer.from(sound)
    flipped[flipped.length >> 1]! ^= 1
    for (const bytes of [
      flipped,
      sound.subarray(0, sound.length - 10),
      Buffer.alloc(0),
      Buffer.from('not a snapshot'),
    ]) {
      writeFileSync(file, bytes)
      const engine = open(directory)
      assert.match(engine.snapshotRefused ?? '', /./)
      assert.deepEqual(await pageOf(engine), page)
      await engine.close()
    }
  })

  it('is not used when it is ahead of the log', async () => {
    const { file } = await served()
    const directory = temporaryFolder()
    await open(directory).close()
    writeFileSync(join(directory, 'state.snapshot'), readFileSync(file))
    const engine = open(directory)
    assert.match(engine.snapshotRefused ?? '', /ahead of the log/)
    assert.equal(engine.state.offset, 0)
    await engine.close()
  })
})
