import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type ParsedBlock, parseBlock, type TableLayout } from './parse-block.ts'

/** Parses blocks of lines, in the order in which they are asked for as far as the caller waits in that order. */
export interface ParsePool {
  parse(bytes: Uint8Array<ArrayBuffer>, layout: TableLayout): Promise<ParsedBlock>
  /** How many blocks are worth having under way. */
  readonly width: number
  close(): Promise<void>
}

/** Parses where it is called: for small files, for which a thread starts later than the work is done. */
export const PARSE_HERE: ParsePool = {
  width: 1,
  parse: async (bytes, layout) => parseBlock(bytes, layout),
  close: async () => {},
}

/** A job as a worker gets it. */
export interface ParseJob {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly layout: TableLayout
}

/** Threads that parse; each gets a block when it has given back the one before. */
export function openParsePool(threads: number): ParsePool {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL(`./parse-worker${extension}`, import.meta.url)),
  )
  const free = [...workers]
  const waiting: ((worker: Worker) => void)[] = []
  const take = (): Promise<Worker> => {
    const worker = free.pop()
    return worker ? Promise.resolve(worker) : new Promise((resolve) => waiting.push(resolve))
  }
  const give = (worker: Worker): void => {
    const next = waiting.shift()
    if (next) next(worker)
    else free.push(worker)
  }
  return {
    width: threads + 1,
    async parse(bytes, layout) {
      const worker = await take()
      try {
        worker.postMessage({ bytes, layout } satisfies ParseJob, [bytes.buffer])
        const [block] = (await once(worker, 'message')) as [ParsedBlock]
        return block
      } finally {
        give(worker)
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
