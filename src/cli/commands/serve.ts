import { type Command, Option } from 'commander'
import { openSealedExports, sealedFolder } from '../../adapters/duckdb/index.ts'
import { Monitor } from '../../monitoring/index.ts'
import { Engine } from '../../serving/index.ts'
import { cutLine } from '../cut-line.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, say } from '../output.ts'
import { portNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { startServer, untilSignal } from '../start-server.ts'

interface ServeCommandOptions extends SharedOptions {
  readonly host: string
  readonly port: number
  readonly apiKey?: string
  readonly logLevel: string
}

const HELP = `
Listens on this machine alone; another host demands an API key, which callers send as "Authorization: Bearer <key>".
A model that "sluice train" promotes meanwhile is taken up within seconds, without a dropped request.

Examples:
  sluice serve --app application.ts
  SLUICE_API_KEY=... sluice serve --app application.ts --host 0.0.0.0 --port 80`

/** The port of \`serve\` and \`demo\` when none is named. */
export const DEFAULT_PORT = 8470

export function addServe(program: Command): void {
  withSharedOptions(program.command('serve').description('answer over HTTP, with the console'))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', portNumber, DEFAULT_PORT)
    .addOption(new Option('--api-key <key>', 'key that callers must send').env('SLUICE_API_KEY'))
    .addOption(
      new Option('--log-level <level>', 'what is logged')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .addHelpText('after', HELP)
    .action(serveCommand)
}

async function serveCommand(options: ServeCommandOptions): Promise<void> {
  const application = await loadApplication(options.app)
  const monitor = new Monitor(application)
  const stopwatch = () => performance.now()
  const sealed = openSealedExports(sealedFolder(options.dir))
  const clock = Date.now
  const engine = Engine.open(application, { directory: options.dir, clock, stopwatch, observer: monitor, sealed })
  if (engine.log.recovered) say(cutLine(engine.log.recovered))
  if (engine.snapshotRefused !== undefined) say(`state rebuilt from the log: ${engine.snapshotRefused}`)
  const { indexesRefused, intentsRefused } = engine.searching
  if (intentsRefused !== undefined) say(`what queries mean is learnt anew from the log: ${intentsRefused}`)
  for (const [system, why] of indexesRefused) say(`index of ${system} rebuilt from the log: ${why}`)
  const server = await startServer(engine, monitor, options).catch(async (error: unknown) => {
    await engine.close()
    throw error
  })
  printResult(options.json, { address: server.address, console: `${server.address}/console/` }, () =>
    [`serving ${application.name} at ${server.address}`, `console at ${server.address}/console/`].join('\n'),
  )
  const signal = await untilSignal()
  say(`${signal}: finishing what is under way`)
  await server.close()
}
