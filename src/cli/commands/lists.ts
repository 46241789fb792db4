import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Command, Option } from 'commander'
import { requireScoringSystem, scoringSystems } from '../../application/index.ts'
import { type ListFormat, type ListName, readListLines } from '../../policy/index.ts'
import { Engine } from '../../serving/index.ts'
import { cutLine } from '../cut-line.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, say, table, WorkFailed } from '../output.ts'
import { requireFile } from '../read-input.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface ListsImportOptions extends SharedOptions {
  readonly system?: string
  readonly list?: ListName
  readonly entity?: string
  readonly by: string
  readonly format?: ListFormat
}

const HELP = `
A line is a JSON object with list, entity, key, reason and, when the entry is to expire, expiresAt: milliseconds since 1970
or a date. A .csv file has these as the columns that its first line names. --list and --entity are those of lines that name
none. Lines that do not fit are told with their numbers and the rest goes on; the exit code is 1 when not one line fits. What
stands there already is not written again, so the same file twice changes nothing. Files may be compressed with gzip. While a
server has the directory, send them to POST /v1/systems/<name>/lists/import instead.

Examples:
  sluice lists import stolen.csv --app fraud --list block --entity card --by ann
  sluice lists import entries.ndjson.gz --app application.ts --by nightly-job`

/** Lines that are refused are told one by one up to so many; `--json` has all of them. */
const TOLD = 20

export function addLists(program: Command): void {
  const lists = program
    .command('lists')
    .description('keys that are let through or refused, whatever rules and model say')
  withSharedOptions(lists.command('import').description('put many keys on allow and block lists'), { app: 'fraud' })
    .argument('<files...>', 'NDJSON or CSV files of entries')
    .requiredOption('--by <name>', 'who does it; kept with every entry')
    .option('--system <name>', 'the system; the first one that scores when it is not said')
    .addOption(new Option('--list <name>', 'the list of lines that name none').choices(['allow', 'block']))
    .option('--entity <name>', 'the entity of lines that name none, such as card')
    .addOption(new Option('--format <name>', 'of all files; by their names when absent').choices(['ndjson', 'csv']))
    .addHelpText('after', HELP)
    .action(importCommand)
}

async function importCommand(files: string[], options: ListsImportOptions): Promise<void> {
  const application = await loadApplication(options.app)
  const system = options.system ?? scoringSystems(application)[0]?.[0] ?? ''
  requireScoringSystem(application, system)
  // Before a directory is made for nothing.
  for (const file of files) requireFile('lists import', file)
  const engine = Engine.open(application, { directory: options.dir, clock: Date.now })
  if (engine.log.recovered) say(cutLine(engine.log.recovered))
  try {
    const results: FileResult[] = []
    for (const file of files) {
      const { list, entity, by, format = formatOf(file) } = options
      const entities = Object.keys(application.schema.entities)
      const lines = readListLines(textOf(file), { by, at: Date.now(), format, list, entity, entities })
      results.push({ file, ...(await engine.change((policies) => policies.importLists(system, lines))) })
    }
    printResult(options.json, { system, files: results }, () => resultText(results))
    const fits = results.some(({ added, unchanged }) => added + unchanged > 0)
    if (!fits && results.some(({ rejected }) => rejected.length > 0)) {
      throw new WorkFailed('lists import: expected entries of lists, got not one that fits')
    }
  } finally {
    await engine.close()
  }
}

function formatOf(file: string): ListFormat {
  return extname(file.replace(/\.gz$/, '')) === '.csv' ? 'csv' : 'ndjson'
}

function textOf(file: string): string {
  const bytes = readFileSync(file)
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString()
}

type FileResult = { readonly file: string } & Awaited<ReturnType<Engine['scoring']['policies']['importLists']>>

function resultText(results: readonly FileResult[]): string {
  const rows = results.map(({ file, added, unchanged, rejected }) => [
    file,
    ...[added, unchanged, rejected.length].map(String),
  ])
  const told = results.flatMap(({ file, rejected }) =>
    rejected.slice(0, TOLD).map(({ line, code, message }) => `  ${file}:${line}: ${code}: ${message}`),
  )
  const untold = results.reduce((sum, { rejected }) => sum + Math.max(0, rejected.length - TOLD), 0)
  return [
    table(['file', 'added', 'there already', 'rejected'], rows),
    ...(told.length > 0 ? ['Not taken:', ...told] : []),
    ...(untold > 0 ? [`and ${untold} more; --json tells all`] : []),
  ].join('\n')
}
