import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { smallVideoEvents, temporaryFolder } from '../../testing/index.ts'
import { runProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()
const events = smallVideoEvents({ users: 20, videos: 60, hours: 30, seed: 1 })

before(async () => {
  writeFileSync(join(folder, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const { code, err } = await runProgram(folder, 'import', 'events.ndjson', '--dir', 'data')
  assert.equal(code, 0, err)
})

const size = (...args: readonly string[]) => runProgram(folder, 'doctor', '--size', ...args)

interface Estimate {
  readonly workload: { readonly users: number; readonly items: number; readonly eventsPerSecond: number }
  readonly state: readonly { part: string; reserved: number; objects: number; formula: string }[]
  readonly totals: Readonly<Record<'stateBytes' | 'memoryBytes' | 'diskBytes' | 'logBytesADay', number>>
  readonly log: readonly { type: string; recordBytes: number; recordsADay: number }[]
  readonly assumptions: readonly string[]
}

async function estimate(...args: readonly string[]): Promise<Estimate> {
  const { code, out, err } = await size(...args, '--json')
  assert.equal(code, 0, err)
  return JSON.parse(out) as Estimate
}

const WORKLOAD = ['--users', '1000000', '--items', '50000', '--events-per-second', '200'] as const

describe('sluice doctor --size', { concurrency: 2 }, () => {
  it('tells memory and disk part by part, with what it assumed, without a directory', async () => {
    const { state, totals, log, assumptions } = await estimate(...WORKLOAD, '--dir', 'none', '--days', '10')
    const sum = state.reduce((total, { reserved }) => total + reserved, 0)
    assert.ok(Math.abs(sum - totals.stateBytes) < 1)
    assert.ok(state.some(({ part }) => part === 'names of user'))
    assert.ok(state.every(({ part, formula }) => part !== '' && formula !== ''))
    const days = log.reduce((total, { recordsADay }) => total + recordsADay, 0) / 86_400
    assert.ok(Math.abs(days - 200) < 1e-6)
    assert.ok(totals.memoryBytes > totals.stateBytes)
    assert.ok(totals.diskBytes > totals.logBytesADay * 10)
    assert.ok(assumptions.some((line) => line.includes('drawn independently')))
  })

  it('needs less for fewer users, a rarer type and fewer days', async () => {
    const bytes = async (...args: readonly string[]) =>
      (await estimate(...WORKLOAD, '--dir', 'none', ...args)).totals.memoryBytes
    const [whole, fewer, rarer, shorter] = await Promise.all([
      bytes(),
      bytes('--users', '10000'),
      bytes('--mix', 'impression=1', 'block=9'),
      bytes('--days', '2'),
    ])
    for (const less of [fewer, rarer, shorter]) assert.ok(less < whole, `${less} and ${whole}`)
  })

  it('takes what it is not told from the log in the directory', async () => {
    const { workload, log, assumptions } = await estimate('--dir', 'data')
    assert.deepEqual([workload.users, workload.items], [20, 60])
    const impression = events.find(({ type }) => type === 'impression')!
    const told = log.find(({ type }) => type === 'impression')?.recordBytes ?? 0
    assert.ok(Math.abs(told - JSON.stringify(impression).length) < 8, `${told}`)
    assert.ok(assumptions.some((line) => line.includes(`as in ${events.length} records of the log`)))
  })

  it('is wrong use without a workload, and with a type or an attribute that the schema does not have', async () => {
    for (const [args, message] of [
      [['--dir', 'none', '--users', '5'], /expected --users, --items and --events-per-second, or a log in --dir/],
      [[...WORKLOAD, '--dir', 'none', '--mix', 'impresion=1'], /mix: expected one of impression, .*, got impresion/],
      [[...WORKLOAD, '--dir', 'none', '--values', 'video.maker=1'], /values: expected one of .*, got video\.maker/],
      [[...WORKLOAD, '--dir', 'none', '--mix', 'impression'], /expected name=number/],
      [[...WORKLOAD, '--dir', 'none', '--days', '0'], /expected a number above 0/],
    ] as const) {
      const { code, err } = await size(...args)
      assert.equal(code, 2, err)
      assert.match(err, message)
    }
  })

  it('says in words what it says in JSON', async () => {
    const { code, out } = await size(...WORKLOAD, '--dir', 'none')
    assert.equal(code, 0)
    assert.match(out, / MB {2}series of impression by user, video over 7 days\n/)
    assert.match(out, /\nmemory at most, while a snapshot is written +\d+\.\d MB\n/)
    assert.match(out, /\nassumed:\n- 1000000 keys of each entity that a system asks for/)
  })
})
