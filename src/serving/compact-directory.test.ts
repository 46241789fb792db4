import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, isSluiceError, manualClock } from '../foundation/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../testing/index.ts'
import { compactDirectory, endlessReaders } from './compact-directory.ts'
import { Engine } from './engine.ts'
import { replayDecisions } from './replay-decisions.ts'

const LAST_HOUR = 20 * 24
const NOW = SMALL_START_MS + (LAST_HOUR + 1) * HOUR_MS
const EVENTS = smallVideoEvents({ users: 4, videos: 30, hours: LAST_HOUR, seed: 1 })
const service = smallVideoService()
const clock = manualClock(NOW)

async function lived(): Promise<{ directory: string; asOf: number }> {
  const directory = temporaryFolder()
  const engine = Engine.open(service, { directory, clock })
  await engine.accept(EVENTS)
  const { asOf } = await engine.rank('home', { subject: 'u1' })
  await engine.close()
  return { directory, asOf }
}

describe('compacting a directory', () => {
  it('drops what is older than its type may become, and nothing else', async () => {
    const { directory } = await lived()
    const result = await compactDirectory(service, { directory, clock, retention: { impression: '7d', watch: '10d' } })
    const newest = Math.max(...EVENTS.map(({ at }) => at))
    const ages: Readonly<Record<string, number>> = { impression: 7 * DAY_MS, watch: 10 * DAY_MS }
    const isKept = ({ type, at }: (typeof EVENTS)[number]) => newest - at <= (ages[String(type)] ?? newest)
    const kept = EVENTS.filter(isKept)
    assert.equal(result.removed, EVENTS.length - kept.length)
    assert.ok(!existsSync(join(directory, 'state.snapshot')))
    const engine = Engine.open(service, { directory, clock })
    const ids: string[] = []
    for (const { records } of engine.log.read())
      for (const { id, type } of records) if (!type.startsWith('$')) ids.push(id)
    assert.deepEqual(
      ids,
      kept.map(({ id }) => id),
    )
    const rebuilt = Engine.open(service, { directory: temporaryFolder(), clock })
    await rebuilt.accept(kept)
    const [page, expected] = [
      await engine.rank('home', { subject: 'u1' }),
      await rebuilt.rank('home', { subject: 'u1' }),
    ]
    assert.deepEqual([page.rowsHash, page.items], [expected.rowsHash, expected.items])
    await engine.decisionsLogged()
    const { decisions, different, notComparable, reasons } = await replayDecisions(service, engine.log, engine.registry)
    assert.deepEqual([decisions, different, notComparable], [2, 0, 1])
    assert.match(reasons[0]?.reason ?? '', /^made before the retention of /)
    await engine.close()
    await rebuilt.close()
  })

  it('removes nothing when no age is given, and every decision can still be made again', async () => {
    const { directory } = await lived()
    assert.equal((await compactDirectory(service, { directory, clock })).removed, 0)
    const engine = Engine.open(service, { directory, clock })
    const { decisions, different, notComparable } = await replayDecisions(service, engine.log, engine.registry)
    assert.deepEqual([decisions, different, notComparable], [1, 0, 0])
    await engine.close()
  })

  it('refuses ages below the longest window, all at once', async () => {
    const { directory } = await lived()
    const retention = { impression: '6d', watch: '1h', hide: '1h' } as const
    await assert.rejects(
      compactDirectory(service, { directory, clock, retention }),
      (error) =>
        isSluiceError(error, 'INVALID_ARGUMENT') &&
        /impression: expected at least 7d, got 6d; watch: expected at least 7d, got 1h; keep/.test(error.message),
    )
  })

  it('names what looks back without an end', () => {
    assert.deepEqual(endlessReaders(service, ['hide', 'impression']), ['membership of hide'])
    assert.ok(endlessReaders(service, ['watch']).includes('last-time of watch'))
  })
})
