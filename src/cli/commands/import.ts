import type { Command } from 'commander'
import {
  type DelimitedMapping,
  type ImportProgress,
  type ImportResult,
  importFiles,
  LAYOUT_NAMES,
  requireMapping,
} from '../../data/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { Engine } from '../../serving/index.ts'
import { importHandbook } from '../../systems/index.ts'
import { cutLine } from '../cut-line.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, say, table, WorkFailed, withProgress } from '../output.ts'
import { readInput, requireFile } from '../read-input.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface ImportCommandOptions extends SharedOptions {
  readonly format: string
  readonly mapping?: string
}

/** The fraud handbook's files, of which a row may be two events days apart: see `importHandbook`. */
const HANDBOOK = 'fraud-handbook'
/** Layouts by their names, beside ndjson. */
const FORMATS: readonly string[] = [...LAYOUT_NAMES, HANDBOOK]

const HELP = `
Formats: ndjson, ${FORMATS.join(', ')}. A file may be compressed with gzip.
What does not fit the schema goes to the quarantine with its reason, and the rest goes on; the exit code is 0 then, and
1 when not one line fits. An import that was stopped goes on where it was when it is run again, and a file that was
imported before adds nothing. Ctrl-C stops between two writes, with exit code 130.

Examples:
  sluice import events.ndjson.gz --app application.ts
  sluice import u.data u.item u.user --app movies --format movielens-100k
  sluice import transactions-2018-*.csv.gz --app fraud --format fraud-handbook
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
  const format = options.mapping === undefined ? requireFormat(options.format) : readMapping(options.mapping)
  // Before a directory is made for nothing.
  for (const file of files) requireFile('import', file)
  const stop = stopAtSignal()
  const engine = Engine.open(application, { directory: options.dir, clock: Date.now })
  if (engine.log.recovered) say(cutLine(engine.log.recovered))
  const started = performance.now()
  try {
    const result = await withProgress('importing', (update) => {
      const onProgress = ({ bytesRead, bytesTotal }: ImportProgress) => update(bytesRead, bytesTotal)
      const shared = { signal: stop.signal, onProgress }
      return format === HANDBOOK
        ? importHandbook(engine.log, files, shared)
        : importFiles(engine.log, files, { format, ...shared })
    })
    const seconds = (performance.now() - started) / 1000
    const eventsPerSecond = Math.round((result.accepted + result.duplicates) / Math.max(seconds, 1e-3))
    printResult(options.json, { ...result, seconds, eventsPerSecond }, () =>
      resultText(result, `${seconds.toFixed(1)} s (${eventsPerSecond}/s)`),
    )
    if (result.rejected > 0 && result.accepted + result.duplicates === 0) {
      throw new WorkFailed('import: expected events of the schema, got not one that fits; sluice doctor shows why')
    }
  } finally {
    stop.ignoreSignals()
    await engine.close()
  }
}

function requireFormat(name: string): string {
  if (name === 'ndjson' || FORMATS.includes(name)) return name
  throw new SluiceError('INVALID_ARGUMENT', `format: expected ndjson or one of ${FORMATS.join(', ')}, got ${name}`)
}

/** Ends the import between two writes when the process is asked to end. */
function stopAtSignal(): { signal: AbortSignal; ignoreSignals: () => void } {
  const stop = new AbortController()
  const exitCodes: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 }
  const end = (name: NodeJS.Signals): void => {
    const message = `import: stopped by ${name}; what was read is safe, and the same command goes on from there`
    stop.abort(new WorkFailed(message, exitCodes[name]))
  }
  for (const name of Object.keys(exitCodes)) process.once(name, end)
  return {
    signal: stop.signal,
    ignoreSignals: () => {
      for (const name of Object.keys(exitCodes)) process.off(name, end)
    },
  }
}

function resultText({ files, accepted, rejected, offset }: ImportResult, time: string): string {
  const rows = files.map((file) => [
    file.file,
    ...[file.lines, file.accepted, file.duplicates, file.rejected, file.linesBefore].map(String),
  ])
  return [
    table(['file', 'lines', 'accepted', 'repeated', 'rejected', 'imported before'], rows),
    `\n${accepted} events in ${time}; the log's head is ${offset}`,
    ...(rejected > 0 ? ['sluice doctor shows what was rejected and why'] : []),
  ].join('\n')
}

function readMapping(file: string): DelimitedMapping {
  try {
    return requireMapping(JSON.parse(readInput('mapping', file)))
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new SluiceError('INVALID_ARGUMENT', `${file}: expected JSON, got: ${cause.message}`, { cause })
  }
}
