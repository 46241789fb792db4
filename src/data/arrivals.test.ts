import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, HOUR_MS, manualClock } from '../foundation/index.ts'
import { defineSchema } from '../problem/index.ts'
import type { Arrivals } from './arrivals.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'

const NOW = 1_800_000_000_000
const schema = defineSchema({ entities: { user: {} }, events: { tick: {} } })

/** The counts by their definitions, from the list of everything that was accepted. */
function naiveArrivals(accepted: readonly { at: number; receivedAt: number }[], duplicates: number): Arrivals {
  const newestBefore = (index: number) => Math.max(0, ...accepted.slice(0, index).map(({ at }) => at))
  const count = (holds: (event: { at: number; receivedAt: number }, newest: number) => boolean) =>
    accepted.filter((event, index) => holds(event, newestBefore(index))).length
  return {
    inOrder: count(({ at }, newest) => at >= newest),
    outOfOrder: count(({ at }, newest) => at < newest),
    late: count(({ at }, newest) => at < newest - DAY_MS),
    ahead: count(({ at, receivedAt }) => at > receivedAt),
    duplicates,
    newestAt: newestBefore(accepted.length),
    fromOffset: 1,
  }
}

describe('the arrivals of a log', () => {
  const clock = manualClock(NOW)
  let path: string
  let directory: DataDirectory
  let log: EventLog

  const open = () => {
    directory = openDataDirectory(path, { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
  }
  const close = async () => {
    await log.close()
    await directory.close()
  }
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-arrivals-'))
    open()
  })
  afterEach(async () => {
    await close()
    rmSync(path, { recursive: true })
  })

  it('are counted by their definitions, whatever order comes in and whenever it is opened again', async () => {
    const accepted: { at: number; receivedAt: number }[] = []
    const ids = new Set<number>()
    let duplicates = 0
    const event = fc.record({ id: fc.nat(400), hours: fc.integer({ min: -60, max: 26 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 20 }), fc.nat(5), async (events, choice) => {
        if (choice === 0) {
          await close()
          open()
        }
        clock.advance(choice * HOUR_MS)
        const receivedAt = clock()
        const given = events.map(({ id, hours }) => ({ id: `e${id}`, type: 'tick', at: receivedAt + hours * HOUR_MS }))
        const { rejected } = await log.append(given)
        for (const [index, { id }] of events.entries()) {
          if (rejected.some((one) => one.index === index)) continue
          if (ids.has(id)) duplicates++
          else accepted.push({ at: given[index]?.at ?? 0, receivedAt })
          ids.add(id)
        }
        assert.deepEqual(log.arrivals(), naiveArrivals(accepted, duplicates))
      }),
      { seed: 3, numRuns: 60 },
    )
    const { late, ahead, outOfOrder } = log.arrivals()
    assert.ok(late > 0 && ahead > 0 && outOfOrder > late)
  })

  it("leave the engine's own records out", async () => {
    await log.appendInternal([{ id: 'd', type: '$decision', at: NOW }])
    assert.deepEqual(log.arrivals(), naiveArrivals([], 0))
    await log.append([{ id: 'a', type: 'tick', at: NOW }])
    assert.equal(log.arrivals().inOrder, 1)
  })
})
