import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process of ours that tells its parent what it does. */
export interface Child<Message> {
  readonly process: ChildProcess
  /** Settles when the process has ended, with what it was ended by. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>
  /** Calls a listener for every message from now on. */
  onMessage(listener: (message: Message) => void): void
}

/**
 * Starts a module as a process of its own.
 *
 * @param file - URL of the module
 * @param settings - plain data, which {@link settingsOfChild} reads there
 * @param flags - for Node itself
 */
export function startChild<Message>(file: URL, settings: unknown, flags: readonly string[] = []): Child<Message> {
  const child = fork(fileURLToPath(file), [JSON.stringify(settings)], {
    execArgv: [...process.execArgv, ...flags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return {
    process: child,
    ended: once(child, 'exit').then(([code, signal]) => ({ code, signal })),
    onMessage: (listener) => child.on('message', (message) => listener(message as Message)),
  }
}

/** What the parent gave to this process. */
export function settingsOfChild<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings
}

/** Says something to the parent. */
export function tellParent(message: unknown): void {
  process.send?.(message)
}
