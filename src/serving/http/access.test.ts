import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError, manualClock } from '../../foundation/index.ts'
import { SMALL_START_MS, smallVideoService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { isLoopback } from './access.ts'
import { createServer } from './create-server.ts'

const KEY = 'a key of the test'

function open(): Engine {
  return Engine.open(smallVideoService(), { directory: temporaryFolder(), clock: manualClock(SMALL_START_MS) })
}

describe('access', () => {
  it('knows the addresses that reach this machine alone', () => {
    for (const host of ['127.0.0.1', '127.8.0.1', '::1', 'localhost']) assert.ok(isLoopback(host), host)
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'localhost.example', '']) {
      assert.ok(!isLoopback(host), host)
    }
  })

  it('is not given from elsewhere without an API key', async () => {
    const engine = open()
    const server = createServer(engine, { logLevel: 'silent' })
    for (const host of ['0.0.0.0', '::', 'example.org']) {
      await assert.rejects(
        server.listen({ host, port: 0 }),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT') && /--api-key or SLUICE_API_KEY/.test(error.message),
      )
    }
    await server.close()
    await engine.close()
  })

  it('needs the key under /v1 and for /metrics, and for nothing else', async () => {
    const engine = open()
    const server = createServer(engine, { logLevel: 'silent', apiKey: KEY, metrics: async () => 'up 1\n' })
    const status = async (url: string, authorization?: string): Promise<number> => {
      const headers = { host: 'example.org', ...(authorization === undefined ? {} : { authorization }) }
      return (await server.inject({ url, headers })).statusCode
    }
    for (const url of ['/v1/systems', '/v1/systems/home', '/v1/entities/user', '/metrics']) {
      assert.equal(await status(url), 401, url)
      assert.equal(await status(url, KEY), 401, url)
      assert.equal(await status(url, `Bearer ${KEY} `), 401, url)
      assert.equal(await status(url, `Bearer ${KEY}`), 200, url)
    }
    for (const url of ['/healthz', '/readyz', '/openapi.json']) assert.equal(await status(url), 200, url)
    const { body, headers } = await server.inject({ url: '/v1/systems' })
    assert.match(body, /UNAUTHORIZED/)
    assert.equal(headers['www-authenticate'], 'Bearer')
    await server.close()
    await engine.close()
  })
})
