/*
 * A process that indexes documents and saves the index is killed again and again. It appends every change to a log, syncs
 * that, and only then acknowledges it; it saves its index all the while. After every kill the index is opened from its folder
 * and brought up to the log: nothing acknowledged may be missing, and the answers, explained, must be to the bit those of an
 * index that never stopped. In the end the compact index must be to the byte the one that is built of what is left.
 *
 *   node bench/search-kill.bench.ts [--kills 40] [--life 700] [--seed 1] [--json]
 */
import { spawn } from 'node:child_process'
import { existsSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Random, randomFrom } from '../src/foundation/index.ts'
import { LiveTextIndex, saveTextIndex, searchText, type TextDocument, TextIndexFolder } from '../src/retrieval/index.ts'
import { printReport } from './load/report.ts'

const OPTIONS = {
  fields: { title: { kind: 'text', boost: 2 }, body: { kind: 'text' }, price: { kind: 'number' } },
} as const
/** Small segments, so that many are written and merged. */
const TUNING = { segmentWords: 400 }
const IDS = 3000
const LARGEST_BATCH = 30
const SHORTEST_LIFE_MS = 150
const QUERIES = ['w1 w2', '"w3 w1"', 'w50 w60 -w2', 'w9 price:2..5', 'w200 w1', '+w30 w31']

type Change = { readonly add: TextDocument } | { readonly take: string }

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '40' },
    life: { type: 'string', default: '700' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
})

function changeAt(random: Random): Change {
  const id = `${random.integer(IDS)}`
  if (random.uniform() < 0.25) return { take: id }
  const words = (count: number) =>
    Array.from({ length: count }, () => `w${Math.floor(400 ** random.uniform())}`).join(' ')
  return { add: { id, title: words(1 + random.integer(4)), body: words(random.integer(20)), price: random.integer(9) } }
}

function apply(index: LiveTextIndex, change: Change): void {
  if ('add' in change) index.add(change.add)
  else index.delete(change.take)
}

/** The whole lines of the log; what was cut short is no change. */
function readLog(file: string): Change[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Change)
}

/** The index of the folder, brought up to the log. */
function openIndex(folder: string, log: readonly Change[]): { index: LiveTextIndex; position: number } {
  const opened = new TextIndexFolder(folder).open(OPTIONS, TUNING)
  const { index, position } = opened ?? { index: new LiveTextIndex(OPTIONS, TUNING), position: 0 }
  for (const change of log.slice(position)) apply(index, change)
  return { index, position }
}

/** Appends, acknowledges and saves until it is killed. */
async function runChild(directory: string): Promise<never> {
  const [folder, file] = [join(directory, 'index'), join(directory, 'log.ndjson')]
  const log = readLog(file)
  if (existsSync(file))
    truncateSync(
      file,
      log.reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(one)) + 1, 0),
    )
  const { index } = openIndex(folder, log)
  const store = new TextIndexFolder(folder)
  const random = randomFrom(log.length, 'search-kill-child')
  const out = openSync(file, 'a')
  let position = log.length
  let saving = false
  for (;;) {
    const batch = Array.from({ length: 1 + random.integer(LARGEST_BATCH) }, () => changeAt(random))
    writeSync(out, batch.map((change) => `${JSON.stringify(change)}\n`).join(''))
    fsyncSync(out)
    for (const change of batch) apply(index, change)
    position += batch.length
    process.stdout.write(`${position}\n`)
    if (!saving) {
      saving = true
      void store.save(index, position).then(() => {
        saving = false
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs a child for some time; gives what it acknowledged last. */
async function lifeOf(directory: string, ms: number): Promise<number> {
  const child = spawn(process.execPath, [import.meta.filename, '--child', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  const lines = createInterface({ input: child.stdout })
  // A life begins with the first acknowledgement; one in five is cut off before.
  const started = new Promise<void>((resolve) => lines.once('line', () => resolve()))
  lines.on('line', (line) => {
    acknowledged = Number(line)
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  if (ms > SHORTEST_LIFE_MS) await Promise.race([started, ended])
  await new Promise((resolve) => setTimeout(resolve, ms))
  child.kill('SIGKILL')
  await ended
  return acknowledged
}

function answers(index: LiveTextIndex): string {
  index.refresh()
  while (index.work(100_000));
  const snapshot = index.refresh()
  return JSON.stringify(QUERIES.map((query) => searchText(snapshot, query, { limit: 30, explain: true })))
}

async function run(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-search-kill-'))
  const random = randomFrom(Number(values.seed), 'search-kill-bench')
  const never = new LiveTextIndex(OPTIONS)
  const counts = { lost: 0, differ: 0, refused: 0, replayed: 0, killedEarly: 0 }
  let known = 0
  let index = never
  try {
    for (let kill = 0; kill < Number(values.kills); kill++) {
      const isEarly = random.uniform() < 0.2
      const ms = isEarly ? random.integer(SHORTEST_LIFE_MS) : SHORTEST_LIFE_MS + 1 + random.integer(Number(values.life))
      const acknowledged = await lifeOf(directory, ms)
      const log = readLog(join(directory, 'log.ndjson'))
      counts.lost += Math.max(0, acknowledged - log.length)
      if (isEarly) counts.killedEarly++
      for (const change of log.slice(known)) apply(never, change)
      known = log.length
      try {
        const opened = openIndex(join(directory, 'index'), log)
        index = opened.index
        counts.replayed += log.length - opened.position
        if (answers(index) !== answers(never) || index.size !== never.size) counts.differ++
      } catch (error) {
        process.stderr.write(`${String(error)}\n`)
        counts.refused++
      }
      process.stderr.write(`kill ${kill + 1}: ${known} changes\n`)
    }
    const isSame = Buffer.compare(saveTextIndex(index.compact()), saveTextIndex(never.compact())) === 0
    const holds = counts.lost + counts.differ + counts.refused === 0 && isSame && known > 0
    printReport(
      'search-kill',
      {
        holds,
        command: `node bench/search-kill.bench.ts ${process.argv.slice(2).join(' ')}`,
        ...{ seed: Number(values.seed), kills: Number(values.kills), changes: known, documents: never.size, ...counts },
        compactIsSame: isSame,
      },
      values.json,
    )
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

if (values.child === undefined) await run()
else await runChild(values.child)
