import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { HOUR_MS, manualClock } from '../../foundation/index.ts'
import {
  SMALL_START_MS,
  type SmallVideoOptions,
  smallVideoEvents,
  smallVideoService,
  stubSource,
  temporaryFolder,
} from '../../testing/index.ts'
import { trainSystem } from '../../training/index.ts'
import { Engine } from '../engine.ts'
import { createServer, type Server } from './create-server.ts'
import type { ServerOptions } from './server-options.ts'

const EVENTS = smallVideoEvents({ users: 24, videos: 60, hours: 24, seed: 1 })
const NOW = SMALL_START_MS + 25 * HOUR_MS

/** A source that answers with nothing once it is let go; it says when it was asked. */
function gate() {
  const asked = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const source = stubSource(
    'gate',
    async () => {
      asked.resolve()
      await opened.promise
      return { items: [], scores: [] }
    },
    60_000,
  )
  return { source, asked: asked.promise, open: () => opened.resolve() }
}

interface Served {
  readonly engine: Engine
  readonly server: Server
  readonly url: string
}

async function serve(options: SmallVideoOptions = {}, server: ServerOptions = {}): Promise<Served> {
  const application = smallVideoService({ budgetMs: 60_000, ...options })
  const engine = Engine.open(application, { directory: temporaryFolder(), clock: manualClock(NOW) })
  await engine.accept(EVENTS)
  const served = createServer(engine, { logLevel: 'silent', ...server })
  return { engine, server: served, url: await served.listen({ host: '127.0.0.1', port: 0 }) }
}

async function end({ server, engine }: Served): Promise<void> {
  await server.close()
  await engine.close()
}

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function post(url: string, body: string, options: { agent?: Agent; type?: string } = {}): Promise<Answer> {
  const { agent = new Agent(), type = 'application/json' } = options
  const sent = request(url, { method: 'POST', agent, headers: { 'content-type': type } })
  sent.end(body)
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) }
}

const rank = (url: string, agent?: Agent): Promise<Answer> =>
  post(`${url}/v1/systems/home/rank`, '{"user":"u1"}', agent ? { agent } : {})

describe('the server on a socket', () => {
  it('answers many requests on one connection, and ends it when it closes', async () => {
    const served = await serve()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const line = JSON.stringify({ id: 'a', type: 'watch', at: NOW, user: 'u1', video: 'v1', seconds: 1 })
    const events = await post(`${served.url}/v1/events`, `${line}\n${line}\n`, { agent, type: 'application/x-ndjson' })
    assert.deepEqual(JSON.parse(events.body), { accepted: 1, duplicates: 1, rejected: [], offset: EVENTS.length + 1 })
    for (let turn = 0; turn < 5; turn++) assert.equal((await rank(served.url, agent)).status, 200)
    const [socket] = Object.values(agent.freeSockets).flat()
    assert.ok(socket, 'the connection was kept')
    const closed = once(socket, 'close')
    await end(served)
    await closed
  })

  it('ends the requests under way before it closes, and takes no new ones', async () => {
    const { source, asked, open } = gate()
    const served = await serve({ sources: [source] })
    const agent = new Agent({ keepAlive: true })
    const underWay = rank(served.url, agent)
    await asked
    const closed = served.server.close()
    await assert.rejects(rank(served.url), { code: /^ECONN(REFUSED|RESET)$/ })
    open()
    const { status, headers } = await underWay
    assert.deepEqual([status, headers.connection], [200, 'close'])
    await closed
    await served.engine.close()
  })

  it('closes although a request does not end, once its grace is over', async () => {
    const { source, asked, open } = gate()
    const served = await serve({ sources: [source] }, { graceMs: 10 })
    const underWay = assert.rejects(rank(served.url), { code: 'ECONNRESET' })
    await asked
    await served.server.close()
    await underWay
    open()
    await served.engine.close()
  })

  it('refuses what is more than it can do at once, and says when to come again', async () => {
    const { source, asked, open } = gate()
    const served = await serve({ sources: [source] }, { limits: { underWay: 1 } })
    const underWay = rank(served.url)
    await asked
    const { status, headers, body } = await rank(served.url)
    assert.deepEqual([status, headers['retry-after'], JSON.parse(body).error.code], [503, '1', 'OVERLOADED'])
    open()
    assert.equal((await underWay).status, 200)
    assert.equal((await rank(served.url)).status, 200)
    await end(served)
  })

  it('drops no request while models are swapped', async () => {
    const served = await serve()
    const { engine, url } = served
    for (const seed of [1, 2]) {
      const options = { seed, codeVersion: 'test', nowMs: NOW, force: true }
      await trainSystem(engine.application, 'home', engine.log, engine.registry, options)
    }
    engine.reloadModels()
    const models = new Set<string>()
    let swaps = 0
    let isDone = false
    const hammer = async (): Promise<void> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let turn = 0; turn < 60; turn++) {
        const { status, body } = await rank(url, agent)
        assert.equal(status, 200, body)
        const { model, degraded } = JSON.parse(body) as { model: string; degraded: string[] }
        assert.deepEqual(degraded, [])
        models.add(model)
      }
      agent.destroy()
    }
    const swap = async (): Promise<void> => {
      while (!isDone) {
        engine.registry.promote('home', swaps++ % 2 === 0 ? 'v1' : 'v2')
        engine.reloadModels()
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    }
    const swapping = swap()
    await Promise.all([hammer(), hammer(), hammer(), hammer()])
    isDone = true
    await swapping
    assert.deepEqual([...models].sort(), ['v1', 'v2'])
    assert.ok(swaps > 5, `${swaps} swaps`)
    await end(served)
  })

  it('answers what is no HTTP in the shape of every error', async () => {
    const served = await serve()
    const { port } = new URL(served.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('this is no HTTP\r\n\r\n')
    const answer = await text(socket)
    assert.match(answer, /^HTTP\/1\.1 400 /)
    assert.deepEqual(Object.keys(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').error), ['code', 'message'])
    await end(served)
  })
})
