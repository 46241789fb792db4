/*
 * Erasure in the event log, without the engine around it: node bench/erase-log.bench.ts [number of events]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compact, openDataDirectory, openEventLog } from '../src/data/index.ts'
import { category, defineSchema, number, ref } from '../src/problem/index.ts'

const EVENTS = Number(process.argv[2] ?? 1_000_000)
const OF_SUBJECT = 500
const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number(), device: category() } },
})
const subject = { entity: 'user', id: 'person-to-forget' }
const every = Math.floor(EVENTS / OF_SUBJECT)

function event(index: number): Record<string, unknown> {
  const user = index % every === 7 ? subject.id : `user${index % 5000}`
  const video = `video${(index * 7) % 9000}`
  return {
    id: `e${index}`,
    type: 'watch',
    at: NOW - EVENTS + index,
    user,
    video,
    seconds: index % 600,
    device: 'phone',
  }
}

async function timed<Result>(what: string, work: () => Promise<Result> | Result): Promise<Result> {
  const start = performance.now()
  const result = await work()
  console.log(`${what.padEnd(58)} ${(performance.now() - start).toFixed(0).padStart(7)} ms`)
  return result
}

/** The longest time for which nothing else got a turn while `work` ran, in milliseconds. */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  let isDone = false
  const tick = () => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
    if (!isDone) setImmediate(tick)
  }
  tick()
  await work()
  isDone = true
  return longest
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const path = join(folder, 'data')
const directory = openDataDirectory(path, { mode: 'write', clock })
const log = openEventLog(directory, { schema, clock })
console.log(
  `${EVENTS.toLocaleString('en')} events of ${JSON.stringify(event(EVENTS - 1)).length} bytes, ${OF_SUBJECT} of one subject`,
)
await timed('append, 2,000 a call', async () => {
  for (let start = 0; start < EVENTS; start += 2000) {
    await log.append(Array.from({ length: Math.min(2000, EVENTS - start) }, (_, index) => event(start + index)))
  }
})
await timed('look for a subject that is not there', () => [...log.recordsOf({ entity: 'user', id: 'nobody' })].length)
const found = await timed('look for the subject, with its records', () => [...log.recordsOf(subject)].length)
let slowestAppend = 0
const turn = await longestTurn(async () => {
  const erasing = timed('erase the subject', () => log.eraseSubject(subject))
  let isDone = false
  void erasing.then(() => (isDone = true))
  for (let index = 0; !isDone; index++) {
    const start = performance.now()
    await log.append([event(EVENTS + 8 + index * every)])
    slowestAppend = Math.max(slowestAppend, performance.now() - start)
  }
  console.log(await erasing)
})
console.log(`appends meanwhile took at most ${slowestAppend.toFixed(0)} ms; the longest turn was ${turn.toFixed(0)} ms`)
console.log(
  await timed('remove the older half by retention', () =>
    compact(log, { retention: { watch: `${Math.ceil(EVENTS / 2000)}s` }, nowMs: NOW }),
  ),
)
console.log(await timed('compact again', () => compact(log, { nowMs: NOW })))
const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
const isLeft = files.some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(subject.id))
await log.close()
await directory.close()
rmSync(folder, { recursive: true })
if (found !== OF_SUBJECT || isLeft) throw new Error(`found ${found} of ${OF_SUBJECT}, bytes left: ${isLeft}`)
