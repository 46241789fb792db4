import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../../foundation/index.ts'
import { SMALL_START_MS, smallVideoEvents, smallVideoService, temporaryFolder } from '../../testing/index.ts'
import { trainSystem } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import type { ErasureReceipt } from '../erasure-receipts.ts'
import { createServer, type Server } from './create-server.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })
const NOW = SMALL_START_MS + 25 * HOUR_MS

interface Item {
  readonly id: string
  readonly title: string
  readonly score: number
  readonly baseline: number
  readonly contributions: readonly { contribution: number }[]
}

/** The fields of all answers in one: a test names the one that it looks at. */
interface Body {
  readonly error: { readonly code: string; readonly message: string }
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly { index: number; code: string }[]
  readonly offset: number
  readonly decision: string
  readonly asOf: number
  readonly model: string | null
  readonly degraded: readonly string[]
  readonly items: readonly Item[]
  readonly reproduced: boolean
  readonly whyNot: { readonly stage: string }
  readonly systems: readonly unknown[]
  readonly champion: string
  readonly versions: readonly unknown[]
  readonly report: unknown
  readonly problem: unknown
  readonly health: { readonly ready: boolean; readonly reasons: readonly string[] }
  readonly next: string | null
  readonly country: string
  readonly paths: Readonly<Record<string, { readonly post: { readonly requestBody: RequestBody } }>>
}

interface RequestBody {
  readonly content: Readonly<
    Record<string, { schema: { required: string[]; properties: { limit: { maximum: number } } } } | undefined>
  >
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Body
  readonly text: string
}

let engine: Engine
let server: Server
before(async () => {
  const consoleDirectory = join(temporaryFolder(), 'console')
  mkdirSync(consoleDirectory)
  writeFileSync(join(consoleDirectory, 'index.html'), '<!doctype html><title>console</title>')
  engine = Engine.open(smallVideoService(), { directory: temporaryFolder(), clock: manualClock(NOW) })
  await engine.accept(EVENTS)
  const options = { seed: 1, codeVersion: 'test', nowMs: NOW }
  await trainSystem(engine.application, 'home', engine.log, engine.registry, options)
  engine.reloadModels()
  server = createServer(engine, {
    logLevel: 'silent',
    consoleDirectory,
    metrics: async () => 'up 1\n',
    report: (system) => ({ of: system }),
    limits: { bodyBytes: 100_000, events: 20, exclude: 5 },
  })
})
after(async () => {
  await server.close()
  await engine.close()
})

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, headers = {}): Promise<Answer> {
  const payload = body === undefined ? {} : { payload: body as string | object }
  const answer = await server.inject({ method, url, headers, ...payload })
  const isJson = String(answer.headers['content-type']).startsWith('application/json')
  const parsed = (isJson ? answer.json() : {}) as Body
  return { status: answer.statusCode, headers: answer.headers, body: parsed, text: answer.body }
}

const rank = (body: unknown) => ask('POST', '/v1/systems/home/rank', body)
const ndjson = (text: string | Buffer) => ask('POST', '/v1/events', text, { 'content-type': 'application/x-ndjson' })

async function assertRefused(answer: Promise<Answer>, status: number, code: string): Promise<void> {
  const { status: actual, body } = await answer
  assert.deepEqual([actual, body.error.code], [status, code], JSON.stringify(body))
  assert.deepEqual(
    Object.keys(body.error).filter((key) => !['code', 'message', 'details'].includes(key)),
    [],
  )
  assert.match(body.error.message, /expected .*, got|request: /)
}

let next = 0
const watch = (video = 'v1', more = {}) => ({
  id: `http-${next++}`,
  type: 'watch',
  at: NOW,
  user: 'u1',
  video,
  seconds: 60,
  ...more,
})

describe('POST /v1/events', () => {
  it('takes in what fits and says of the rest why not', async () => {
    const event = watch()
    const events = [event, event, watch('v2', { seconds: -1 }), { type: 'nope' }, 5, watch('v'.repeat(10_000))]
    const { status, body } = await ask('POST', '/v1/events', { events })
    assert.equal(status, 200)
    assert.deepEqual([body.accepted, body.duplicates, body.offset], [1, 1, engine.log.head])
    const codes = body.rejected.map(({ index, code }) => [index, code])
    assert.deepEqual(codes, [
      [2, 'OUT_OF_RANGE'],
      [3, 'UNKNOWN_EVENT_TYPE'],
      [4, 'WRONG_TYPE'],
      [5, 'ID_TOO_LONG'],
    ])
  })

  it('takes newline-delimited JSON, and goes on after a line that is none', async () => {
    const line = JSON.stringify(watch())
    const { body } = await ndjson(`${line}\n{oops\n\n${line}\r\n${JSON.stringify(watch('v2', { user: 5 }))}`)
    assert.deepEqual([body.accepted, body.duplicates], [1, 1])
    const codes = body.rejected.map(({ index, code }) => [index, code])
    assert.deepEqual(codes, [
      [1, 'MALFORMED_JSON'],
      [4, 'WRONG_TYPE'],
    ])
    const [newest, before] = engine.log.readQuarantine({ limit: 2 }).inputs
    const kept = [newest, before].map((input) => [input?.line, input?.source, input?.code]).sort()
    assert.deepEqual(kept, [
      [2, 'http', 'MALFORMED_JSON'],
      [5, 'http', 'WRONG_TYPE'],
    ])
  })

  it('refuses bodies that are no JSON, are too large, or hold too many events', async () => {
    const json = { 'content-type': 'application/json' }
    const post = (body: unknown, headers = json) => ask('POST', '/v1/events', body, headers)
    await assertRefused(post('{"events": ['), 400, 'MALFORMED_JSON')
    await assertRefused(post(''), 400, 'MALFORMED_JSON')
    await assertRefused(post(Buffer.from([0x22, 0xff, 0x22])), 400, 'MALFORMED_JSON')
    await assertRefused(post('{"events": [], "__proto__": {"admin": true}}'), 400, 'MALFORMED_JSON')
    await assertRefused(post('[]'), 400, 'INVALID_ARGUMENT')
    await assertRefused(post('{"events": {}}'), 400, 'INVALID_ARGUMENT')
    await assertRefused(post({ events: Array.from({ length: 21 }, () => watch()) }), 413, 'LIMIT_EXCEEDED')
    await assertRefused(ndjson('1\n'.repeat(21)), 413, 'LIMIT_EXCEEDED')
    await assertRefused(post({ events: ['x'.repeat(100_000)] }), 413, 'LIMIT_EXCEEDED')
    await assertRefused(post('events=1', { 'content-type': 'text/plain' }), 415, 'INVALID_ARGUMENT')
  })

  it('accepts nothing from no events', async () => {
    const { status, body } = await ask('POST', '/v1/events', { events: [] })
    assert.deepEqual([status, body.accepted, body.rejected], [200, 0, []])
    assert.equal((await ndjson('\n\n')).body.accepted, 0)
  })
})

describe('POST /v1/systems/:name/rank', () => {
  it('answers with a page and the decision to name in impressions', async () => {
    const { status, body } = await rank({ user: 'u1', limit: 5, context: { device: 'tv', hour: 20 } })
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['decision', 'asOf', 'model', 'degraded', 'items'])
    assert.deepEqual([body.model, body.degraded, body.items.length], ['v1', [], 5])
    const logged = await engine.decision(body.decision)
    assert.deepEqual(body.items, logged?.items)
    assert.deepEqual(logged?.request, { subject: 'u1', limit: 5, context: { device: 'tv', hour: 20 } })
  })

  it('shows the effect of an event at once', async () => {
    const first = await rank({ user: 'u9' })
    const seen = first.body.items[0]!.id
    const { body } = await ask('POST', '/v1/events', { events: [watch(seen, { user: 'u9' })] })
    const after = await rank({ user: 'u9', atLeastOffset: body.offset })
    assert.ok(after.body.asOf >= body.offset)
    assert.ok(!after.body.items.some(({ id }) => id === seen))
  })

  it('refuses what it does not understand instead of leaving it out', async () => {
    await assertRefused(rank({}), 400, 'INVALID_ARGUMENT')
    await assertRefused(rank({ user: 5 }), 400, 'INVALID_ARGUMENT')
    await assertRefused(rank({ user: 'u1', limit: '5' }), 400, 'INVALID_ARGUMENT')
    await assertRefused(rank({ user: 'u1', surprise: 1 }), 400, 'INVALID_ARGUMENT')
    await assertRefused(rank({ user: 'u1', context: { nested: {} } }), 400, 'INVALID_ARGUMENT')
    await assertRefused(rank({ user: '' }), 422, 'OUT_OF_RANGE')
    await assertRefused(rank({ user: 'u1', limit: 0 }), 422, 'OUT_OF_RANGE')
    await assertRefused(rank({ user: 'u1', limit: 21 }), 422, 'OUT_OF_RANGE')
    await assertRefused(rank({ user: 'u'.repeat(10_000) }), 422, 'ID_TOO_LONG')
    await assertRefused(rank({ user: 'u1', exclude: Array(6).fill('v1') }), 413, 'LIMIT_EXCEEDED')
    await assertRefused(rank({ user: 'u1', candidates: Array(41).fill('v1') }), 413, 'LIMIT_EXCEEDED')
  })

  it('says that a system does not exist, or has another task', async () => {
    await assertRefused(ask('POST', '/v1/systems/away/rank', { user: 'u1' }), 404, 'UNKNOWN_SYSTEM')
    await assertRefused(ask('POST', '/v1/systems/__proto__/rank', { user: 'u1' }), 404, 'UNKNOWN_SYSTEM')
    await assertRefused(ask('POST', '/v1/systems/home/score', { user: 'u1' }), 409, 'WRONG_TASK')
    await assertRefused(ask('POST', '/v1/systems/away/score', {}), 404, 'UNKNOWN_SYSTEM')
  })
})

describe('GET /v1/decisions/:id', () => {
  it('gives the decision with its funnel, and its reasons when asked', async () => {
    const { decision } = (await rank({ user: 'u2' })).body
    const plain = (await ask('GET', `/v1/decisions/${decision}`)).body
    assert.deepEqual(plain, JSON.parse(JSON.stringify(await engine.decision(decision))))
    const { body } = await ask('GET', `/v1/decisions/${decision}?explain=true&whyNot=nothing`)
    assert.equal(body.reproduced, true)
    assert.equal(body.whyNot.stage, 'catalogue')
    const { score, baseline, contributions } = body.items[0]!
    const sum = contributions.reduce((sum, part) => sum + part.contribution, baseline)
    assert.ok(Math.abs(sum - score) < 1e-9)
    const { items } = (await ask('GET', `/v1/decisions/${decision}?whyNot=v1`)).body
    assert.deepEqual(items, plain.items)
  })

  it('refuses ids that the log does not have', async () => {
    await assertRefused(ask('GET', '/v1/decisions/nope'), 404, 'UNKNOWN_DECISION')
    await assertRefused(ask('GET', `/v1/decisions/${'d'.repeat(10_000)}`), 422, 'ID_TOO_LONG')
    await assertRefused(ask('GET', '/v1/decisions/nope?explain=perhaps'), 400, 'INVALID_ARGUMENT')
  })
})

describe('what can be looked up', () => {
  it('are the systems, with problem, versions, metrics and health', async () => {
    const { systems } = (await ask('GET', '/v1/systems')).body
    const serving = { model: 'v1', ranker: 'ranker' }
    const expected = { name: 'home', task: 'ranking', subject: 'user', item: 'video', ...serving, objective: 'watch' }
    assert.deepEqual(systems, [expected])
    const { body } = await ask('GET', '/v1/systems/home')
    assert.deepEqual([body.champion, body.versions.length, body.report], ['v1', 1, { of: 'home' }])
    const version = { ...engine.registry.find('home', 'v1'), erasures: [] }
    assert.deepEqual(body.versions[0], JSON.parse(JSON.stringify(version)))
    assert.deepEqual([body.health.ready, body.health.reasons], [true, []])
    assert.deepEqual(body.problem, engine.application.systems.home?.problem)
    await assertRefused(ask('GET', '/v1/systems/away'), 404, 'UNKNOWN_SYSTEM')
  })

  it('are entities, page by page until there is no next', async () => {
    const ids: string[] = []
    for (let after = ''; ; ) {
      const { body } = await ask('GET', `/v1/entities/video?limit=25${after && `&after=${after}`}`)
      ids.push(...body.items.map(({ id }) => id))
      if (body.next === null) break
      after = body.next
    }
    assert.deepEqual(ids.slice(0, 60).sort(), Array.from({ length: 60 }, (_, index) => `v${index}`).sort())
    const { body } = await ask('GET', '/v1/entities/video?id=v3&id=nothing&id=v1')
    assert.deepEqual(
      body.items.map(({ id, title }) => [id, title]),
      [
        ['v3', 'Video 3'],
        ['v1', 'Video 1'],
      ],
    )
    assert.equal((await ask('GET', '/v1/entities/user/u1')).body.country, 'fr')
    await assertRefused(ask('GET', '/v1/entities/user/nobody'), 404, 'NOT_FOUND')
    await assertRefused(ask('GET', '/v1/entities/constructor'), 404, 'NOT_FOUND')
    await assertRefused(ask('GET', '/v1/entities/user?limit=0'), 422, 'OUT_OF_RANGE')
  })
})

describe('/v1/subjects/:entity/:id', () => {
  const lines = async (path: string) => {
    const { status, headers, text } = await ask('GET', path)
    assert.deepEqual([status, headers['content-type']], [200, 'application/x-ndjson; charset=utf-8'])
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; record?: { id: string }; attributes?: object; lines?: number })
  }

  it('is everything that is held of a subject, a line each', async () => {
    const held = await lines('/v1/subjects/user/u3')
    const own = EVENTS.filter(({ user }) => user === 'u3')
    const records = held.flatMap(({ record }) => record?.id ?? [])
    assert.deepEqual(
      records.filter((id) => !id.startsWith('d-') && !id.startsWith('http-')),
      own.map(({ id }) => id),
    )
    assert.deepEqual(held[1]?.attributes, { country: 'fr' })
    assert.deepEqual(held.at(-1), { kind: 'end', lines: held.length })
    assert.equal((await lines('/v1/subjects/user/nobody')).length, 4)
    await assertRefused(ask('GET', '/v1/subjects/ghost/u3'), 404, 'NOT_FOUND')
  })

  it('is gone when it is deleted, with a receipt; deleting again finds nothing', async () => {
    const extra = [
      watch('v1', { user: 'leaver 1/2' }),
      { id: 'leaver', type: 'user', at: NOW, user: 'leaver 1/2', country: 'de' },
    ]
    assert.equal((await ask('POST', '/v1/events', { events: extra })).body.accepted, 2)
    const path = '/v1/subjects/user/leaver%201%2F2'
    const first = await ask('DELETE', path)
    assert.equal(first.status, 200)
    const { entity, records, scan } = JSON.parse(first.text) as ErasureReceipt
    assert.deepEqual([entity, records, scan.occurrences], ['user', { user: 1, watch: 1 }, 0])
    const again = JSON.parse((await ask('DELETE', path)).text) as ErasureReceipt
    assert.deepEqual([again.records, again.quarantine, again.models], [{}, 0, []])
    await assertRefused(ask('DELETE', '/v1/subjects/ghost/u3'), 404, 'NOT_FOUND')
    await assertRefused(ask('GET', '/v1/entities/user/leaver%201%2F2'), 404, 'NOT_FOUND')
  })

  it('marks the models that had learnt from it', async () => {
    await ask('DELETE', '/v1/subjects/user/u23')
    const { body } = await ask('GET', '/v1/systems/home')
    const [version] = body.versions as readonly { version: string; erasures: { records: number }[] }[]
    assert.deepEqual([version?.version, version?.erasures.length], ['v1', 1])
    assert.ok((version?.erasures[0]?.records ?? 0) > 10)
  })
})

describe('the service itself', () => {
  it('says that it is up and ready, and gives metrics and the console', async () => {
    assert.deepEqual((await ask('GET', '/healthz')).body, { status: 'up' })
    assert.deepEqual((await ask('GET', '/readyz')).body, { ready: true, reasons: [] })
    assert.equal((await ask('GET', '/metrics')).text, 'up 1\n')
    const redirect = await ask('GET', '/console')
    assert.deepEqual([redirect.status, redirect.headers.location], [302, '/console/'])
    const page = await ask('GET', '/console/')
    assert.match(page.text, /console/)
    assert.match(String(page.headers['content-security-policy']), /frame-ancestors 'none'/)
    assert.equal((await ask('GET', '/console/../../state.snapshot')).status, 404)
  })

  it('describes every route in /openapi.json', async () => {
    const { body } = await ask('GET', '/openapi.json')
    assert.deepEqual(Object.keys(body.paths).sort(), [
      '/healthz',
      '/metrics',
      '/readyz',
      '/v1/decisions/{id}',
      '/v1/entities/{entity}',
      '/v1/entities/{entity}/{id}',
      '/v1/events',
      '/v1/subjects/{entity}/{id}',
      '/v1/systems',
      '/v1/systems/home/rank',
      '/v1/systems/{name}',
      '/v1/systems/{name}/score',
    ])
    const { content } = body.paths['/v1/systems/home/rank']!.post.requestBody
    const { schema } = content['application/json']!
    assert.deepEqual(schema.required, ['user'])
    assert.equal(schema.properties.limit.maximum, 20)
  })

  it('answers what it does not know in the shape of every error', async () => {
    await assertRefused(ask('GET', '/nothing'), 404, 'NOT_FOUND')
    await assertRefused(ask('POST', '/healthz', {}), 404, 'NOT_FOUND')
    await assertRefused(ask('GET', '/v1/systems/%zz'), 400, 'INVALID_ARGUMENT')
  })

  it('is not spoken to under the name of another site', async () => {
    await assertRefused(ask('GET', '/v1/systems', undefined, { host: 'evil.example' }), 403, 'FORBIDDEN')
    await assertRefused(ask('GET', '/metrics', undefined, { host: 'localhost.evil.example:80' }), 403, 'FORBIDDEN')
    for (const host of ['localhost:8470', '127.0.0.1', '[::1]:8470', 'LOCALHOST']) {
      assert.equal((await ask('GET', '/v1/systems', undefined, { host })).status, 200, host)
    }
  })
})
