import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type DelimitedMapping, importFiles, LAYOUT_NAMES, requireMapping } from '../../data/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { Engine } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, progressBar, table } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface ImportCommandOptions extends SharedOptions {
  readonly format: string
  readonly mapping?: string
}

const HELP = `
Formats: ndjson, ${LAYOUT_NAMES.join(', ')}. A file may be compressed with gzip.
What does not fit the schema goes to the quarantine with its reason; the rest goes on. An import that was stopped goes
on where it was when it is run again, and a file that was imported before adds nothing.

Examples:
  sluice import events.ndjson.gz --app application.ts
  sluice import u.data u.item u.user --app movies --format movielens-100k
  sluice import orders.csv --app application.ts --mapping orders.json`

export function addImport(program: Command): void {
  withSharedOptions(program.command('import').description('read events from files into the log'))
    .argument('<files...>', 'NDJSON files, or files of a known layout')
    .option('--format <name>', 'ndjson or the name of a layout', 'ndjson')
    .option('--mapping <file>', 'JSON mapping of a delimited file to events')
    .addHelpText('after', HELP)
    .action(importCommand)
}

async function importCommand(files: string[], options: ImportCommandOptions): Promise<void> {
  const application = await loadApplication(options.app)
  const format = options.mapping === undefined ? options.format : readMapping(options.mapping)
  const engine = Engine.open(application, { directory: options.dir, clock: Date.now })
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  const bar = progressBar('importing')
  const started = performance.now()
  try {
    const result = await importFiles(engine.log, files, {
      format,
      signal: stop.signal,
      onProgress: ({ bytesRead, bytesTotal }) => bar.update(bytesRead, bytesTotal),
    })
    const seconds = (performance.now() - started) / 1000
    bar.end()
    const eventsPerSecond = Math.round((result.accepted + result.duplicates) / Math.max(seconds, 1e-3))
    printResult(options.json, { ...result, seconds, eventsPerSecond }, () =>
      [
        table(
          ['file', 'lines', 'accepted', 'repeated', 'rejected'],
          result.files.map((file) => [
            file.file,
            ...[file.lines, file.accepted, file.duplicates, file.rejected].map(String),
          ]),
        ),
        `\n${result.accepted} events in ${seconds.toFixed(1)} s (${eventsPerSecond}/s); the log's head is ${result.offset}`,
        ...(result.rejected > 0 ? ['sluice doctor shows what was rejected and why'] : []),
      ].join('\n'),
    )
  } finally {
    bar.end()
    process.off('SIGINT', interrupt)
    await engine.close()
  }
}

function readMapping(file: string): DelimitedMapping {
  if (!existsSync(file))
    throw new SluiceError('FILE_NOT_FOUND', `mapping: expected a JSON file, got no file at ${file}`)
  try {
    return requireMapping(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new SluiceError('INVALID_ARGUMENT', `${file}: expected JSON, got: ${cause.message}`, { cause })
  }
}
