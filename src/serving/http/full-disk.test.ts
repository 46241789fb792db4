import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { temporaryFolder } from '../../testing/index.ts'

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
const PROGRAM = `
  const { execFileSync } = await import('node:child_process')
  const { smallVideoEvents, smallVideoService, SMALL_START_MS } = await import(${url('../../testing/index.ts')})
  const { Engine } = await import(${url('../engine.ts')})
  const { createServer } = await import(${url('./create-server.ts')})
  const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + bytes + ':unlimited'])
  const now = SMALL_START_MS + 86_400_000
  const engine = Engine.open(smallVideoService(), { directory: process.argv[1], clock: () => now })
  const server = createServer(engine, { logLevel: 'silent' })
  const post = async (events) => {
    const { statusCode, headers, body } = await server.inject({ method: 'POST', url: '/v1/events', payload: { events } })
    return { statusCode, retryAfter: headers['retry-after'], ...JSON.parse(body) }
  }
  const ready = async () => (await server.inject({ method: 'GET', url: '/readyz' })).statusCode
  const video = (n) => ({ id: 'big' + n, type: 'video', at: now, video: 'v' + n, title: 't'.repeat(50_000) })
  const before = await ready()
  limit(4_000_000)
  const accepted = []
  let refused
  for (let n = 0; refused === undefined && n < 2000; n += 10) {
    const events = Array.from({ length: 10 }, (_, index) => video(n + index))
    const answer = await post(events)
    if (answer.statusCode === 200) accepted.push(...events)
    else refused = { ...answer, events }
  }
  const whileFull = await ready()
  const page = await server.inject({ method: 'POST', url: '/v1/systems/home/rank', payload: { user: 'u1', limit: 5 } })
  limit('unlimited')
  const again = await post(refused.events)
  const repeated = await post(accepted)
  console.log(JSON.stringify({
    refused: [refused.statusCode, refused.retryAfter, refused.error.code],
    ready: [before, whileFull, await ready()],
    page: page.statusCode,
    again: [again.statusCode, again.accepted],
    lost: accepted.length - repeated.duplicates,
    wereAccepted: accepted.length > 0,
  }))
  await server.close()
  await engine.close()
  process.exit()
`

const limiter = 'prlimit'
const hasLimits = spawnSync(limiter, ['--version']).status === 0
it('a full disk refuses events with 503 and when to come again, pages go on, and it takes events once there is room', {
  skip: hasLimits ? false : 'needs the program prlimit to bound the size of a file',
}, () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM, temporaryFolder()], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  assert.deepEqual(JSON.parse(output), {
    refused: [503, '1', 'DISK_FULL'],
    ready: [200, 503, 200],
    page: 200,
    again: [200, 10],
    lost: 0,
    wereAccepted: true,
  })
})
