import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { temporaryFolder } from '../testing/index.ts'
import { outcomeOf, runProgram, startProgram } from './testing/run-program.ts'

const folder = temporaryFolder()
const home = join(folder, 'shop')
/** Runs a command in the new application's folder. */
const sluice = (...args: readonly string[]) => runProgram(home, ...args, '--app', 'application.ts')

/** Runs a command that has to succeed, and reads the one document that it prints. */
async function result<Shape>(...args: readonly string[]): Promise<Shape> {
  const { code, out, err } = await sluice(...args, '--json')
  assert.equal(code, 0, err)
  return JSON.parse(out) as Shape
}

async function ask<Shape>(path: string, body?: unknown): Promise<Shape> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${server.address}${path}`, body === undefined ? {} : init)
  assert.equal(response.status, 200)
  return (await response.json()) as Shape
}

let server: { child: ChildProcess; address: string }
let decision = ''

after(() => server?.child.kill('SIGKILL'))

interface Interval {
  readonly low: number
}
interface Found {
  readonly decision: string
  readonly model: string
  readonly degraded: readonly string[]
  readonly items: readonly { readonly id: string }[]
}

// One story, told in order.
describe('from nothing to an explained search', () => {
  it('init makes an application with a small shop, and import takes it', async () => {
    const { code, err } = await runProgram(folder, 'init', 'shop', '--system', 'search', '--json')
    assert.equal(code, 0, err)
    const imported = await result<Record<string, number>>('import', 'events.ndjson.gz')
    assert.deepEqual([imported.rejected, imported.duplicates], [0, 0])
    assert.ok(Number(imported.accepted) > 10_000)
  })

  it('train learns an order that is better than that of the text, and evaluate says the same', async () => {
    const { shop } = await result<{ shop: { promoted: boolean; search: { ranking: { gainOverText: Interval } } } }>(
      'train',
    )
    assert.equal(shop.promoted, true)
    assert.ok(shop.search.ranking.gainOverText.low > 0)
    const judged = await result<{ search: object }>('evaluate')
    assert.deepEqual(judged.search, { ...shop.search })
  })

  it('serve answers a query and tells of the system', async () => {
    const child = startProgram(home, 'serve', '--app', 'application.ts', '--port', '0', '--json')
    const [line] = (await once(child.stdout!, 'data')) as [Buffer]
    server = { child, address: (JSON.parse(line.toString()) as { address: string }).address }
    const found = await ask<Found>('/v1/systems/shop/search', { query: 'red shoes', user: 'u1', limit: 5 })
    assert.deepEqual([found.model, found.degraded, found.items.length], ['v1', [], 5])
    decision = found.decision
    const { suggestions } = await ask<{ suggestions: object[] }>('/v1/systems/shop/suggest?query=s&user=u1')
    assert.ok(suggestions.length > 0)
    const metrics = await (await fetch(`${server.address}/metrics`)).text()
    assert.match(metrics, /system="shop"/)
    child.kill('SIGTERM')
    const { code } = await outcomeOf(child)
    assert.equal(code, 0)
  })

  it('explain and replay make the search again from the log alone', async () => {
    const { reproduced, items } = await result<{ reproduced: boolean; items: object[] }>('explain', decision)
    assert.deepEqual([reproduced, items.length], [true, 5])
    const { out } = await sluice('explain', decision, '--why-not', 'p1')
    assert.match(out, /shop for "red shoes".*\n.*documents in all/)
    const replayed = await result<{ decisions: number; different: number }>('replay', '--verify')
    assert.deepEqual([replayed.decisions, replayed.different], [1, 0])
    assert.equal((await sluice('doctor')).code, 0)
  })

  it('erase forgets a person with what was asked', async () => {
    const receipt = await result<{ records: Record<string, number>; scan: { wholeOccurrences: number } }>(
      'erase',
      'user:u1',
    )
    assert.ok(receipt.records.query! > 0 && receipt.records.$decision === 1)
    assert.equal(receipt.scan.wholeOccurrences, 0)
    assert.match((await sluice('explain', decision)).err, /UNKNOWN_DECISION/)
  })
})
