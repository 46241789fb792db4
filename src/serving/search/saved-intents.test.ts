import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const EVENTS = smallSearchEvents({ searches: 300 })
const application = smallSearchService({ intent: { by: 'brand' } })

const fileOf = (directory: string) => join(directory, 'intents.snapshot')
const open = (directory: string, app = application) => Engine.open(app, { directory, clock: manualClock(NOW) })

/** A directory in which some events were taken in, by engines that ended well. */
async function lived(...parts: (readonly object[])[]): Promise<string> {
  const directory = temporaryFolder()
  for (const events of parts) {
    const engine = open(directory)
    assert.equal(engine.searching.intentsRefused, undefined)
    await engine.accept(events)
    await engine.close()
  }
  return directory
}

/** What a start learns and saves again, and why not from what was saved. */
async function again(directory: string, app = application) {
  const engine = open(directory, app)
  const { intentsRefused } = engine.searching
  await engine.close()
  return { refused: intentsRefused, bytes: readFileSync(fileOf(directory)) }
}

describe('what queries mean, saved beside the log', () => {
  it('is gone on from at a start, and equals what is learnt of the whole log to the byte', async () => {
    const places = [0, 1, 400, 401, EVENTS.length]
    const directory = await lived(...places.slice(1).map((end, part) => EVENTS.slice(places[part], end)))
    const older = await lived(EVENTS.slice(0, 700))
    const went = readFileSync(fileOf(directory))
    rmSync(fileOf(directory))
    const anew = await again(directory)
    assert.deepEqual(anew, { refused: undefined, bytes: went })
    // As after a kill: what was saved is older than the log.
    cpSync(fileOf(older), fileOf(directory))
    assert.deepEqual(await again(directory), anew)
    assert.ok(went.length > 10_000)
  })

  it('is refused, told of and learnt anew when it cannot be trusted', async () => {
    const directory = await lived(EVENTS)
    const anew = await again(directory)
    const whole = readFileSync(fileOf(directory))
    writeFileSync(fileOf(directory), whole.fill(7, whole.length - 9))
    const damaged = await again(directory)
    assert.match(damaged.refused ?? '', /checksum/)
    assert.deepEqual(damaged.bytes, anew.bytes)

    const few = await lived(EVENTS.slice(0, 50))
    cpSync(fileOf(directory), fileOf(few))
    assert.match((await again(few)).refused ?? '', /ahead of the log/)
    const others = await lived(smallSearchEvents({ searches: 400, seed: 2 }))
    cpSync(fileOf(directory), fileOf(others))
    assert.match((await again(others)).refused ?? '', /the log was another/)
    const { refused } = await again(directory, smallSearchService({ intent: { by: 'brand' }, prefix: true }))
    assert.match(refused ?? '', /another layout/)
  })

  it('goes with who is erased', async () => {
    const directory = await lived(EVENTS)
    const engine = open(directory)
    await engine.eraseSubject({ entity: 'user', id: 'u1' })
    assert.ok(!existsSync(fileOf(directory)))
    await engine.close()
    const erased = readFileSync(fileOf(directory))
    rmSync(fileOf(directory))
    assert.deepEqual((await again(directory)).bytes, erased)
  })
})
