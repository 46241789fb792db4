/*
 * How long a search system takes from the start of its process to its first answer: with an index to be made anew from the
 * log, which is what a start was before the index was saved; with the saved one; and with the saved one and changes that came
 * after it, as after a kill. And what it is to save the whole index: how long a turn of the event loop is held, and memory.
 *
 *   node bench/search-start.bench.ts [--products 200000] [--people 2000] [--days 3] [--changes 3000] [--rounds 2] [--seed 1] [--json]
 *
 * The built-in application over its generated shop. The state comes from its snapshot in all cases; what queries mean is
 * saved and made anew together with the index. Cases take turns. The claim: no turn of a save is longer than 50 ms of
 * processor time, it does not double memory, and all answer alike.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDataDirectory, openEventLog } from '../src/data/index.ts'
import { DAY_MS, randomFrom } from '../src/foundation/index.ts'
import { startChild } from '../src/serving/testing/child.ts'
import { createSearchWorld, findApplication, generateSearchEvents } from '../src/systems/index.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import type { ClosedServer, FirstAnswer, SearchServerMessage, SearchServerSettings } from './load/search-server.ts'

const MOST_TURN_MS = 50
const MOST_GROWTH = 2
const BATCH = 5_000

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '200000' },
    people: { type: 'string', default: '2000' },
    days: { type: 'string', default: '3' },
    changes: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const [seed, products, users, days] = [values.seed, values.products, values.people, values.days].map(Number) as [
  number,
  number,
  number,
  number,
]
const world = createSearchWorld({ seed, users, products, days })
const nowMs = world.options.startMs + days * DAY_MS
const root = mkdtempSync(join(tmpdir(), 'sluice-search-start-'))

/** Appends to a log that no engine has open. */
async function append(directory: string, events: Iterable<object>): Promise<number> {
  const opened = openDataDirectory(directory, { mode: 'write', clock: () => nowMs })
  const log = openEventLog(opened, { schema: findApplication('search').schema, clock: () => nowMs })
  let batch: object[] = []
  for (const event of events) {
    if (batch.push(event) < BATCH) continue
    await log.append(batch)
    batch = []
  }
  await log.append(batch)
  const { head } = log
  await log.close()
  await opened.close()
  return head
}

const listed: string[] = []
function* worldEvents(): Generator<object> {
  for (const event of generateSearchEvents(world)) {
    if (event.type === 'product') listed.push(String(event.product))
    yield event
  }
}

function* changes(count: number): Generator<object> {
  const random = randomFrom(seed, 'search-start-bench')
  for (let number = 0; number < count; number++) {
    const product = listed[random.integer(listed.length)]!
    yield { id: `change-${number}`, type: 'product', at: nowMs, product, price: 1 + random.integer(500) }
  }
}

async function run(directory: string, job: SearchServerSettings['job']) {
  const child = startChild<SearchServerMessage>(new URL('./load/search-server.ts', import.meta.url), {
    directory,
    job,
    nowMs,
  } satisfies SearchServerSettings)
  const said: SearchServerMessage[] = []
  child.onMessage((message) => said.push(message))
  const { code } = await child.ended
  if (code !== 0) throw new Error(`the server ended with ${code}`)
  const answered = said.find((message) => message.kind === 'answered') as FirstAnswer | undefined
  const closed = said.find((message) => message.kind === 'closed') as ClosedServer | undefined
  if (!answered) throw new Error('the server did not answer')
  return { answered, closed }
}

try {
  const whole = join(root, 'whole')
  const records = await append(whole, worldEvents())
  process.stderr.write(`${records} records\n`)
  // The first start makes the index and the snapshot of the state.
  const { closed } = await run(whole, 'close')
  const anew = join(root, 'anew')
  cpSync(whole, anew, { recursive: true })
  for (const made of ['search-shop.snapshot', 'intents.snapshot']) rmSync(join(anew, made), { recursive: true })
  const killed = join(root, 'killed')
  cpSync(whole, killed, { recursive: true })
  await append(killed, changes(Number(values.changes)))
  const cases = { anew, saved: whole, killed }
  const times: Record<keyof typeof cases, FirstAnswer[]> = { anew: [], saved: [], killed: [] }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const name of ['anew', 'saved', 'killed'] as const) {
      // What is answered is written to the log, so each start has a copy.
      const copy = join(root, 'copy')
      cpSync(cases[name], copy, { recursive: true })
      times[name].push((await run(copy, 'first answer')).answered)
      rmSync(copy, { recursive: true })
      process.stderr.write(`round ${round + 1}: ${name}\n`)
    }
  }
  const of = (all: readonly FirstAnswer[], part: 'openWallMs' | 'openCpuMs' | 'wallMs' | 'cpuMs') =>
    median(Float64Array.from(all, (one) => one[part]))
  const figures = Object.fromEntries(
    Object.entries(times).map(([name, all]) => [
      name,
      {
        ...{ firstAnswerSeconds: of(all, 'wallMs') / 1000, cpuSeconds: of(all, 'cpuMs') / 1000 },
        ...{ openSeconds: of(all, 'openWallMs') / 1000, openCpuSeconds: of(all, 'openCpuMs') / 1000 },
      },
    ]),
  )
  const everyone = Object.values(times).flat()
  const isSame = everyone.every(({ total, refused }) => total === everyone[0]?.total && refused.length === 0)
  const { longestTurnMs = Number.NaN, residentBefore = 1, residentMost = Number.NaN } = closed ?? {}
  printReport(
    'search-start',
    {
      holds: isSame && longestTurnMs <= MOST_TURN_MS && residentMost <= MOST_GROWTH * residentBefore,
      command: `node bench/search-start.bench.ts ${process.argv.slice(2).join(' ')}`,
      ...{ seed, products, records, changesAfterTheSave: Number(values.changes), rounds: Number(values.rounds) },
      ...{ ...figures, total: everyone[0]?.total, isSame, save: closed },
    },
    values.json,
  )
} finally {
  rmSync(root, { recursive: true, force: true })
}
