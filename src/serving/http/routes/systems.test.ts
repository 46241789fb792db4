import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../../../foundation/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../../../testing/index.ts'
import { trainSystem } from '../../../training/index.ts'
import { Engine } from '../../engine.ts'
import { createServer } from '../create-server.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })
const NOW = SMALL_START_MS + 25 * HOUR_MS

describe('the health of a system', () => {
  it('says when there is no model, and when the promoted one cannot be used', async () => {
    const directory = temporaryFolder()
    const engine = Engine.open(smallVideoService(), { directory, clock: manualClock(NOW) })
    const server = createServer(engine, { logLevel: 'silent' })
    const health = async () => {
      const { health } = (await server.inject({ url: '/v1/systems/home' })).json() as {
        health: { ready: boolean; reasons: string[] }
      }
      return health.reasons
    }
    assert.deepEqual(await health(), ['no model: pages are in the order of retrieval'])
    await engine.accept(EVENTS)
    const options = { codeVersion: 'test', nowMs: NOW, force: true }
    await trainSystem(engine.application, 'home', engine.log, engine.registry, { ...options, seed: 1 })
    assert.match((await health()).join(), /v1 is promoted and not loaded yet/)
    engine.reloadModels()
    assert.deepEqual(await health(), [])
    await trainSystem(engine.application, 'home', engine.log, engine.registry, { ...options, seed: 2 })
    appendFileSync(join(directory, 'models', 'home', 'v2', 'ranker.bin'), 'x')
    engine.reloadModels()
    assert.deepEqual(await health(), ['v2 cannot be used; sluice doctor says why'])
    const page = await server.inject({ method: 'POST', url: '/v1/systems/home/rank', payload: { user: 'u1' } })
    assert.equal((page.json() as { model: string }).model, 'v1')
    await server.close()
    await engine.close()
  })
})
