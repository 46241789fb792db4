/*
 * Sealing of a log to Parquet and erasing from the sealed files: node bench/seal.bench.ts [number of events]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkSealed, openSealedExports, sealLog } from '../src/adapters/duckdb/index.ts'
import { type EventRecord, openDataDirectory, openEventLog } from '../src/data/index.ts'
import { categories, category, defineSchema, integer, number, ref } from '../src/problem/index.ts'

const EVENTS = Number(process.argv[2] ?? 2_000_000)
const AT_ONCE = 20_000
const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: {}, video: { genres: categories() } },
  events: {
    watch: { user: ref('user'), video: ref('video'), seconds: number(), device: category() },
    impression: { user: ref('user'), video: ref('video'), position: integer() },
  },
})

/** Two impressions to a watch, and now and then a video's genres. */
function eventAt(index: number): EventRecord {
  const video = `video${(index * 7919) % 20_000}`
  const base = { id: `e${index}`, at: NOW - EVENTS + index }
  if (index % 100 === 0) return { ...base, type: 'video', video, genres: ['drama', 'comedy'] }
  const user = `user${(index * 31) % 50_000}`
  if (index % 3 === 0) return { ...base, type: 'watch', user, video, seconds: index % 600, device: 'phone' }
  return { ...base, type: 'impression', user, video, position: index % 20 }
}

async function timed<Result>(
  work: () => Promise<Result> | Result,
): Promise<[result: Result, seconds: number, processorSeconds: number]> {
  const start = performance.now()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return [result, (performance.now() - start) / 1000, (user + system) / 1e6]
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const rate = (seconds: number, processorSeconds: number): string =>
  `${Math.round(EVENTS / seconds).toLocaleString('en')} rows/s, ${processorSeconds.toFixed(1)} s of processor`

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const directory = openDataDirectory(folder, { mode: 'write', clock })
const log = openEventLog(directory, { schema, clock })
for (let start = 0; start < EVENTS; start += AT_ONCE) {
  await log.append(Array.from({ length: Math.min(AT_ONCE, EVENTS - start) }, (_, index) => eventAt(start + index)))
}
console.log(`${EVENTS.toLocaleString('en')} events, such as ${JSON.stringify(eventAt(3))}`)

const [, readSeconds, readProcessor] = await timed(() => {
  for (const _batch of log.read()) {
    // Reading alone, for comparison.
  }
})
console.log(`reading the log          ${rate(readSeconds, readProcessor)}`)

const before = process.memoryUsage.rss()
let peak = before
const sealed = join(folder, 'sealed')
const onProgress = () => {
  peak = Math.max(peak, process.memoryUsage.rss())
}
const [, sealSeconds, sealProcessor] = await timed(() => sealLog(log, schema, sealed, { all: true, onProgress }))
const { files, bytes } = checkSealed(sealed)
console.log(`sealing                  ${rate(sealSeconds, sealProcessor)}`)
console.log(`the sealed files         ${files}, ${(bytes / EVENTS).toFixed(1)} bytes a row`)
console.log(`memory while sealing     ${megabytes(before)} before, ${megabytes(peak)} at most`)

const [, againSeconds] = await timed(() => sealLog(log, schema, sealed, { all: true }))
console.log(`sealing again            ${againSeconds.toFixed(3)} s`)
const [, checkSeconds] = await timed(() => checkSealed(sealed))
console.log(`checking the files       ${checkSeconds.toFixed(2)} s`)
for (const entity of ['user', 'video']) {
  const [erased, seconds] = await timed(() => openSealedExports(sealed).erase({ entity, id: `${entity}31` }, schema))
  console.log(`erasing a ${entity.padEnd(15)}${seconds.toFixed(2)} s, ${erased.rows} rows in ${erased.files} files`)
}
await log.close()
await directory.close()
rmSync(folder, { recursive: true })
