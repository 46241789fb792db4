import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { createServer, type Server } from './create-server.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
let engine: Engine
let server: Server

before(async () => {
  engine = Engine.open(smallSearchService(), { directory: temporaryFolder(), clock: manualClock(NOW) })
  const queries = ['u1', 'u2', 'u3'].map((user) => ({
    ...{ id: `own-${user}`, type: 'query', at: NOW, decision: `own-${user}`, user, text: 'Zeppelin rides', results: 2 },
  }))
  await engine.accept([...smallSearchEvents({ searches: 20 }), ...queries])
  server = createServer(engine, { logLevel: 'silent' })
})
after(async () => {
  await server.close()
  await engine.close()
})

async function get(url: string) {
  const { statusCode, json } = await server.inject({ url })
  return { status: statusCode, body: json() as Readonly<Record<string, unknown>> }
}

it('completes what is typed by what enough people asked, and a person by what they asked themselves', async () => {
  const people = { text: 'zeppelin rides', source: 'people', people: 3, corrected: false }
  assert.deepEqual(await get('/v1/systems/shop/suggest?query=zepp'), { status: 200, body: { suggestions: [people] } })
  const own = { text: 'zeppelin rides', source: 'own', people: 0, corrected: false }
  const { body } = await get('/v1/systems/shop/suggest?query=Zepp&user=u2&limit=1')
  assert.deepEqual(body.suggestions, [own])
  assert.deepEqual((await get('/v1/systems/shop/suggest?query=xyzzy')).body, { suggestions: [] })
})

it('refuses what it cannot answer', async () => {
  const statusOf = async (url: string) => (await get(url)).status
  assert.equal(await statusOf('/v1/systems/shop/suggest'), 400)
  assert.equal(await statusOf('/v1/systems/shop/suggest?query=a&limit=1000'), 422)
  assert.equal(await statusOf('/v1/systems/home/suggest?query=a'), 404)
})
