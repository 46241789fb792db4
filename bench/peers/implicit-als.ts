import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The native kernel of `implicit` in a process of its own, which keeps its vectors between the calls. */
export interface ImplicitAls {
  iterate(): Promise<{ readonly seconds: number; readonly cpuSeconds: number }>
  objective(): Promise<number>
  stop(): void
}

export interface ImplicitJob {
  /** With numpy and scipy. */
  readonly python: string
  /** Where the compiled `_als` module lies. */
  readonly module: string
  /** Where the data lie; `implicit-als.py` says which. */
  readonly data: string
  readonly threads: number
  /** Threads of OpenBLAS, which multiplies the Gram matrix; `implicit` itself advises 1. */
  readonly blasThreads: number
  readonly factors: number
  readonly l2: number
}

export async function openImplicit(job: ImplicitJob): Promise<ImplicitAls> {
  const script = fileURLToPath(new URL('./implicit-als.py', import.meta.url))
  const args = [script, job.module, job.data, ...[job.threads, job.factors, job.l2].map(String)]
  const env = { ...process.env, OPENBLAS_NUM_THREADS: String(job.blasThreads) }
  const child: ChildProcessWithoutNullStreams = spawn(job.python, args, { env })
  child.stderr.pipe(process.stderr)
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const answer = async (): Promise<Record<string, number>> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('implicit: ended early')
    return JSON.parse(value)
  }
  const ask = (question: string): Promise<Record<string, number>> => {
    child.stdin.write(`${question}\n`)
    return answer()
  }
  await answer()
  return {
    async iterate() {
      const { seconds = Number.NaN, cpuSeconds = Number.NaN } = await ask('iterate')
      return { seconds, cpuSeconds }
    },
    objective: async () => (await ask('objective')).objective ?? Number.NaN,
    stop: () => child.stdin.end(),
  }
}
