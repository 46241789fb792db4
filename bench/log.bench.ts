/*
 * Append, replay and import rates of the event log: node bench/log.bench.ts [number of events]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importFiles, openDataDirectory, openEventLog } from '../src/data/index.ts'
import { category, defineSchema, number, ref } from '../src/problem/index.ts'

const EVENTS = Number(process.argv[2] ?? 500_000)
const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: {}, video: {} },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number(), device: category() } },
})

function event(index: number, prefix: string): Record<string, unknown> {
  const [user, video] = [`user${index % 5000}`, `video${(index * 7) % 9000}`]
  return {
    id: `${prefix}${index}`,
    type: 'watch',
    at: NOW - EVENTS + index,
    user,
    video,
    seconds: index % 600,
    device: 'phone',
  }
}

async function timed(what: string, count: number, work: () => Promise<unknown> | unknown): Promise<void> {
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  console.log(`${what.padEnd(44)} ${Math.round(count / seconds).toLocaleString('en')}/s`)
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const directory = openDataDirectory(join(folder, 'data'), { mode: 'write', clock })
const log = openEventLog(directory, { schema, clock })
const events = Array.from({ length: EVENTS }, (_, index) => event(index, 'a'))
const file = join(folder, 'events.ndjson')
writeFileSync(file, Array.from({ length: EVENTS }, (_, index) => JSON.stringify(event(index, 'b'))).join('\n'))
console.log(`${EVENTS.toLocaleString('en')} events of ${JSON.stringify(events[EVENTS - 1]).length} bytes`)

await timed('append, 2,000 a call', EVENTS, async () => {
  for (let start = 0; start < EVENTS; start += 2000) await log.append(events.slice(start, start + 2000))
})
await timed('append of the same events again', EVENTS, async () => {
  for (let start = 0; start < EVENTS; start += 2000) await log.append(events.slice(start, start + 2000))
})
await timed('append, one a call, 1,000 calls at once', 50_000, async () => {
  for (let start = 0; start < 50_000; start += 1000) {
    await Promise.all(Array.from({ length: 1000 }, (_, index) => log.append([event(start + index, 'c')])))
  }
})
await timed('append, one a call, one call at a time', 1000, async () => {
  for (let index = 0; index < 1000; index++) await log.append([event(index, 'd')])
})
await timed('import of NDJSON', EVENTS, () => importFiles(log, [file], { format: 'ndjson' }))
let replayed = 0
await timed('replay', log.head, () => {
  for (const { records } of log.read()) replayed += records.length
})
await timed('read one record', 10_000, () => {
  for (let index = 0; index < 10_000; index++) log.readOne(1 + ((index * 7919) % log.head))
})
if (replayed !== log.head) throw new Error(`replayed ${replayed} of ${log.head}`)
await log.close()
await directory.close()
rmSync(folder, { recursive: true })
