import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { Engine } from '../../serving/index.ts'
import {
  SMALL_PAYMENTS_START_MS,
  smallPaymentEvents,
  smallPaymentService,
  temporaryFolder,
} from '../../testing/index.ts'
import { LiveChanges } from './live-changes.ts'

const EVENTS = smallPaymentEvents({ seed: 1, days: 10 })
const service = smallPaymentService()
const clock = manualClock(SMALL_PAYMENTS_START_MS + 30 * DAY_MS)
const silent = (): void => assert.fail('nothing changes')

function saved(changes: LiveChanges): Uint8Array[] {
  return [...changes.systems.values()].map((watch) => watch.save())
}

/** A watch that saw every record as it was committed. */
async function watchedLog(directory: string): Promise<{ engine: Engine; lived: LiveChanges }> {
  const engine = Engine.open(service, { directory, clock })
  const lived = new LiveChanges(service)
  engine.log.onCommit((first, records) => {
    for (const [place, record] of records.entries()) lived.applied(record, first + place)
  })
  await engine.accept(EVENTS.slice(0, 400))
  await engine.accept(EVENTS.slice(400))
  return { engine, lived }
}

describe('a watch of tactics', () => {
  it('that reads the log knows what one that saw it happen knows', async () => {
    const { engine, lived } = await watchedLog(temporaryFolder())
    const late = new LiveChanges(service)
    await late.catchUp(engine.log, silent)
    assert.equal(late.seen, engine.log.head)
    assert.equal(late.newestAt, lived.newestAt)
    assert.deepEqual(saved(late), saved(lived))
    await engine.close()
  })

  it('goes on where it was saved, and leaves what is behind a gap to be read', async () => {
    const directory = temporaryFolder()
    const { engine, lived } = await watchedLog(directory)
    const early = new LiveChanges(service)
    for (const { firstOffset, records } of engine.log.read(1, 300)) {
      for (const [place, record] of records.entries()) early.applied(record, firstOffset + place)
    }
    early.save(engine.log.generation, directory)
    const resumed = new LiveChanges(service)
    assert.equal(resumed.load(engine.log, directory), undefined)
    assert.equal(resumed.seen, 300)
    const [last] = engine.log.read(engine.log.head)
    assert.equal(resumed.applied(last!.records[0]!, engine.log.head), undefined)
    await resumed.catchUp(engine.log, silent)
    assert.deepEqual(saved(resumed), saved(lived))
    await engine.close()
  })

  it('of before an erasure is removed with it, and refused when somebody puts it back', async () => {
    const directory = temporaryFolder()
    const { engine, lived } = await watchedLog(directory)
    const generation = engine.log.generation
    lived.save(generation, directory)
    await engine.eraseSubject({ entity: 'card', id: String(EVENTS[0]!.card) })
    const later = new LiveChanges(service)
    assert.equal(later.load(engine.log, directory), undefined)
    assert.equal(later.seen, 0)
    lived.save(generation, directory)
    assert.match(later.load(engine.log, directory) ?? '', /records were removed/)
    await later.catchUp(engine.log, silent)
    assert.equal(later.seen, engine.log.head)
    await engine.close()
  })
})
