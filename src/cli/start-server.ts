import { consoleDirectory } from '../console/index.ts'
import type { Clock } from '../foundation/index.ts'
import type { Monitor } from '../monitoring/index.ts'
import type { Engine } from '../serving/index.ts'
import { createServer } from '../serving/index.ts'
import { say, WorkFailed } from './output.ts'

export interface ServerOptions {
  /** The data directory of the engine. */
  readonly dir: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly apiKey?: string | undefined
  readonly logLevel: string
  /** The engine's clock where it is not the machine's. */
  readonly clock?: Clock
}

/** A server that runs until it is told to stop. */
export interface RunningServer {
  readonly address: string
  close(): Promise<void>
}

/** How often a new champion is looked for. */
const RELOAD_MS = 2_000

/** Serves an engine over HTTP with the console, and takes up new champions. */
export async function startServer(engine: Engine, monitor: Monitor, options: ServerOptions): Promise<RunningServer> {
  const server = createServer(engine, {
    ...options,
    consoleDirectory,
    metrics: () => monitor.metricsText(),
    report: (system) => {
      const { systems, ...engineReport } = monitor.report()
      return { ...engineReport, ...systems[system] }
    },
  })
  for (const [system, problem] of engine.modelProblems) say(`${system} answers without its champion: ${problem}`)
  await engine.warmUp()
  const address = await listen(server, options)
  const refused = monitor.resume(options.dir)
  if (refused !== undefined) say(`the watch of tactics reads the whole log: ${refused}`)
  const reload = setInterval(() => attempt('reload', () => engine.reloadModels()), RELOAD_MS)
  return {
    address,
    async close() {
      clearInterval(reload)
      await server.close()
      await monitor.save(options.dir)
      await engine.close()
    },
  }
}

async function listen(server: ReturnType<typeof createServer>, { host, port }: ServerOptions): Promise<string> {
  try {
    return await server.listen({ host, port })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const got = REASONS[code ?? '']
    if (got === undefined) throw error
    throw new WorkFailed(`serve: expected to listen on ${host} port ${port}, got ${got} (${message})`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'a port in use; stop who uses it, or choose another with --port (0 takes a free one)',
  EACCES: 'no permission; choose a port above 1023 with --port',
  EADDRNOTAVAIL: 'an address that is not of this machine; choose another with --host',
  ENOTFOUND: 'a name without an address; choose another with --host',
}

/** Serving goes on with what it has when upkeep fails; the reason is said, once for each. */
function attempt(what: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    const message = `${what} failed: ${error instanceof Error ? error.message : String(error)}`
    if (!said.has(message)) say(message)
    said.add(message)
  }
}

const said = new Set<string>()

/** Resolves at the first signal to end. */
export function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
  })
}
