/*
 * One iteration of implicit alternating least squares against the native kernel of `implicit` (Cython over OpenBLAS):
 * the same entries, first vectors, factors, penalty and steps of conjugate gradient, two threads each, interleaved.
 *
 *   node bench/als.bench.ts --module <folder with its compiled _als> [--python python3] [--users 60000] [--items 20000]
 *                           [--entries 1000000] [--factors 64] [--threads 2] [--rounds 15] [--dir <folder>] [--json]
 *
 * `implicit` runs with one and with two threads of OpenBLAS; the better counts. It holds when our median iteration takes
 * at most 0.8 of its, and after all rounds both objectives are equal to 1e-4.
 *
 * To have the module: fetch benfred/implicit, and with Cython, numpy and scipy (Debian: cython3 python3-scipy
 * libopenblas-dev) build implicit/cpu/_als.pyx with `-O3 -march=native -fopenmp -ffast-math`. Cython before 3 does not know the
 * directive in its first line: leave it out. Without --module only our own figures are printed.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import { distinctRows, type SparseRows } from '../src/models/interaction-rows.ts'
import { alsOptions } from '../src/models/latent/als-options.ts'
import { AlsTraining } from '../src/models/latent/als-training.ts'
import { median } from './load/quantiles.ts'
import { printReport } from './load/report.ts'
import { type ImplicitAls, openImplicit } from './peers/implicit-als.ts'

const { values } = parseArgs({
  options: {
    module: { type: 'string' },
    python: { type: 'string', default: 'python3' },
    users: { type: 'string', default: '60000' },
    items: { type: 'string', default: '20000' },
    entries: { type: 'string', default: '1000000' },
    factors: { type: 'string', default: '64' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '15' },
    dir: { type: 'string', default: join(tmpdir(), 'sluice-als-data') },
    json: { type: 'boolean', default: false },
  },
})

const SEED = 5
const L2 = 10
const ALPHA = 20

interface Turn {
  readonly seconds: number
  readonly cpuSeconds: number
}

const rounds = Number(values.rounds)
const threads = Number(values.threads)
const factors = Number(values.factors)
const rows = makeRows(Number(values.users), Number(values.items), Number(values.entries))
const options = alsOptions({ factors, l2: L2, alpha: ALPHA, frequencyExponent: 0, seed: SEED })
const training = new AlsTraining(rows, options, threads)
await training.open()
const peers = values.module === undefined ? [] : await openPeers(values.module)
const turns = peers.map((): Turn[] => [])
const ours: Turn[] = []
for (let round = 0; round < rounds; round++) {
  console.error(`round ${round + 1} of ${rounds}`)
  ours.push(measure(() => training.iterate()))
  for (const [index, peer] of peers.entries()) turns[index]!.push(await peer.iterate())
}
await report()
for (const peer of peers) peer.stop()
await training.close()

async function report(): Promise<void> {
  const objective = training.objective()
  const own = summary(ours)
  const theirs = turns.map(summary)
  const best = theirs.reduce((a, b) => (b.millis < a.millis ? b : a), theirs[0] ?? { millis: Number.NaN, cpuMillis: 0 })
  const objectives = await Promise.all(peers.map((peer) => peer.objective()))
  const differences = objectives.map((other) => Math.abs(objective - other) / other)
  const share = own.millis / best.millis
  const holds = share <= 0.8 && Math.max(...differences) <= 1e-4
  printReport(
    'als',
    {
      holds,
      ...{
        users: rows.rowCount,
        items: rows.columnCount,
        entries: rows.columns.length,
        factors,
        threads,
        rounds,
        seed: SEED,
      },
      ours: { ...own, objective },
      implicit: theirs.map((figures, index) => ({ blasThreads: index + 1, ...figures, objective: objectives[index] })),
      'our share of its time': share,
      'our share of its CPU time': own.cpuMillis / best.cpuMillis,
      'largest relative difference of the objective': Math.max(...differences),
    },
    values.json,
  )
}

function summary(list: readonly Turn[]): { millis: number; cpuMillis: number } {
  return {
    millis: 1000 * median(list.map(({ seconds }) => seconds)),
    cpuMillis: 1000 * median(list.map(({ cpuSeconds }) => cpuSeconds)),
  }
}

function measure(work: () => void): Turn {
  const [clock, cpu] = [performance.now(), process.cpuUsage()]
  work()
  const { user, system } = process.cpuUsage(cpu)
  return { seconds: (performance.now() - clock) / 1000, cpuSeconds: (user + system) / 1e6 }
}

/** Both begin with the same files; `implicit` is given what our training holds. */
async function openPeers(module: string): Promise<ImplicitAls[]> {
  mkdirSync(values.dir, { recursive: true })
  const { users, items } = training.memory
  const entries = users.columns.length
  const files = {
    'starts.u32': users.starts,
    'columns.u32': users.columns,
    'confidences.f32': users.confidences.subarray(0, entries),
    'items.f32': items.vectors,
  }
  for (const [name, array] of Object.entries(files)) writeFileSync(join(values.dir, name), bytesOf(array))
  const job = { python: values.python, module, data: values.dir, threads, factors, l2: L2 }
  return [await openImplicit({ ...job, blasThreads: 1 }), await openImplicit({ ...job, blasThreads: threads })]
}

/** Out of the shared memory. */
function bytesOf(array: Uint32Array | Float32Array): Uint8Array {
  return Uint8Array.from(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
}

/** Users of unequal activity who meet items of unequal popularity, with a weight of 1 to 3. */
function makeRows(userCount: number, itemCount: number, entryCount: number): SparseRows {
  const random = randomFrom(SEED, 'als bench')
  const activity = Float64Array.from({ length: userCount }, () => Math.exp(random.normal()))
  const total = activity.reduce((sum, value) => sum + value, 0)
  const starts = new Uint32Array(userCount + 1)
  let passed = 0
  activity.forEach((value, user) => {
    passed += value
    starts[user + 1] = Math.round((passed / total) * entryCount)
  })
  const items = Int32Array.from({ length: entryCount }, () => Math.floor(itemCount * random.uniform() ** 2.5))
  const weights = Float64Array.from(items, () => 1 + random.integer(3))
  return distinctRows({ userCount, itemCount, starts, items, weights })
}
