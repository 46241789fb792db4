import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A run of LightGBM's command line: how long the process took, and what it said of the test file. */
export interface LightgbmRun {
  readonly seconds: number
  readonly cpuSeconds: number
  /** What LightGBM says that reading and binning took; the rest is training and starting. */
  readonly loadSeconds: number
  /** After the last iteration, by metric. */
  readonly metrics: Readonly<Record<string, number>>
}

/**
 * Runs LightGBM's command line with parameters such as `num_trees=100`.
 *
 * @throws Error with what it printed, when it fails
 */
export function runLightgbm(binary: string, parameters: readonly string[]): LightgbmRun {
  const { stdout, seconds, cpuSeconds } = timedProcess(binary, parameters)
  return { seconds, cpuSeconds, loadSeconds: loadSeconds(stdout), metrics: lastMetrics(stdout) }
}

/** What a process printed and how long it took, by the clock and by its processors. */
export interface TimedProcess {
  readonly stdout: string
  readonly seconds: number
  /** Of all its threads: what tells more than the clock on a machine that others use too, but for time spent spinning. */
  readonly cpuSeconds: number
}

/** @throws Error with what it printed, when it fails */
export function timedProcess(program: string, args: readonly string[]): TimedProcess {
  const start = performance.now()
  // The shell alone is told what a child of it has used.
  const script = '"$@"; code=$?; echo; times; exit $code'
  const run = spawnSync('sh', ['-c', script, 'sh', program, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const seconds = (performance.now() - start) / 1000
  if (run.status !== 0) throw new Error(`${program}: ${run.stdout.slice(-2000)}\n${run.stderr.slice(-2000)}`)
  const lines = run.stdout.trimEnd().split('\n')
  return { stdout: lines.slice(0, -2).join('\n'), seconds, cpuSeconds: sumOfTimes(lines.at(-1) ?? '') }
}

/** `1m2.5s 0m0.3s`: of user and system. */
function sumOfTimes(line: string): number {
  const times = Array.from(
    line.matchAll(/(\d+)m([\d.]+)s/g),
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  )
  return times.reduce((sum, time) => sum + time, 0)
}

/** Microseconds of LightGBM's C API, a row or a batch of 500. */
export interface LightgbmScoring {
  readonly rowMicros: number
  readonly batchMicros: number
  readonly shapRowMicros: number
  readonly shapBatchMicros: number
}

export interface ScoringJob {
  readonly model: string
  /** Float64, row-major. */
  readonly rows: string
  readonly rowCount: number
  readonly columns: number
  readonly threads: number
  /** For each of the four. */
  readonly seconds: number
  /** What was predicted goes to `<output>.raw` and `<output>.contributions`. */
  readonly output: string
}

/**
 * Compiles the program that drives LightGBM's C API; `folder` is where it goes.
 *
 * @returns a function that measures, in a process of its own each time
 * @throws Error when there is no compiler, or the library is another
 */
export function lightgbmScoring(library: string, folder: string): (job: ScoringJob) => LightgbmScoring {
  const source = fileURLToPath(new URL('./lightgbm-scoring.cpp', import.meta.url))
  const program = `${folder}/lightgbm-scoring`
  requireDone('g++', [
    '-O2',
    '-std=c++17',
    source,
    library,
    `-Wl,-rpath,${library.replace(/\/[^/]*$/, '')}`,
    '-o',
    program,
  ])
  return ({ model, rows, rowCount, columns, threads, seconds, output }) => {
    const numbers = [rowCount, columns, threads, seconds].map(String)
    return JSON.parse(requireDone(program, [model, rows, ...numbers, output])) as LightgbmScoring
  }
}

/** The last numbers of a file that the program wrote. */
export function readFloat64s(file: string): Float64Array {
  const bytes = readFileSync(file)
  return new Float64Array(Uint8Array.from(bytes).buffer)
}

function requireDone(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${program}: ${error?.message ?? stderr.slice(-2000)}`)
}

/** `[LightGBM] [Info] Finished loading data in 1.234567 seconds` */
function loadSeconds(log: string): number {
  return Number(/Finished loading data in ([\d.]+) seconds/.exec(log)?.[1] ?? Number.NaN)
}

/** `[LightGBM] [Info] Iteration:50, valid_1 auc : 0.832334` */
function lastMetrics(log: string): Record<string, number> {
  const lines = log.matchAll(/Iteration:\d+, valid_1 (\S+) : (\S+)/g)
  return Object.fromEntries(Array.from(lines, ([, name = '', value]) => [name, Number(value)]))
}
