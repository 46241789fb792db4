import { parentPort, Worker, workerData } from 'node:worker_threads'
import { SluiceError } from './sluice-error.ts'

/** A thread that runs a module of its own. */
export interface Thread {
  /** Settles when the module called {@link announceThread}; fails when it ended before. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a thread. It does not keep the process alive.
 *
 * @param module - what runs in it; the module reads {@link threadInput} and calls {@link announceThread} when it is ready
 * @param input - plain data and typed arrays, copied; arrays over shared memory are shared
 */
export function startThread(module: URL, input: unknown): Thread {
  const worker = new Worker(module, { workerData: input })
  worker.unref()
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve())
    worker.once('error', reject)
    worker.once('exit', () => reject(new SluiceError('INTERNAL', 'a thread: expected it to start, got its end')))
  })
  // Who never waits for a thread is not told of its end.
  ready.catch(() => undefined)
  return { ready, stop: () => worker.terminate().then(() => undefined) }
}

/** In a started thread: what {@link startThread} was given. */
export function threadInput(): unknown {
  return workerData
}

/** In a started thread: says that it is ready. */
export function announceThread(): void {
  parentPort?.postMessage('ready')
}
