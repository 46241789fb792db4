import { type Command, InvalidArgumentError, Option } from 'commander'
import { dropSealed, SEGMENT_OFFSETS, type SealedFile, sealedFolder, sealLog } from '../../adapters/duckdb/index.ts'
import { openDataDirectory, openEventLog } from '../../data/index.ts'
import { type Duration, durationMs } from '../../foundation/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, table, withProgress } from '../output.ts'
import { positiveNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface SealCommandOptions extends SharedOptions {
  /** Moments, in milliseconds since the Unix epoch. */
  readonly before?: number
  readonly dropBefore?: number
  readonly types?: readonly string[]
  readonly all: boolean
  readonly segment?: number
}

const HELP = `
Copies old segments of the log to Parquet files, one a type of record and segment, in the folder sealed of the data
directory. Any engine reads them; docs/parquet.md says how. The log keeps its records. What is sealed already is left
as it is, so the command may run every night, and beside a server. It needs the package @duckdb/node-api.

A moment is a date (2026-01-31, or with a time in ISO 8601) or how long ago it is (90d). Sealing stops before the first
segment that holds a record of the moment or later. --drop-before seals nothing: it takes rows out of sealed files.

Examples:
  sluice seal --app application.ts
  sluice seal --app application.ts --before 30d --types watch,impression
  sluice seal --app application.ts --drop-before 730d --types impression`

export function addSeal(program: Command): void {
  withSharedOptions(program.command('seal').description('copy old segments of the log to Parquet files'))
    .addOption(new Option('--before <date or duration>', 'only segments that end before a moment').argParser(moment))
    .option(
      '--types <names>',
      'types of record, with commas between (default: all of the schema, and $decision)',
      names,
    )
    .option('--all', 'the last segment too, although it is not whole yet', false)
    .option(
      '--segment <offsets>',
      `offsets in a segment, fixed by the first run (default: ${SEGMENT_OFFSETS})`,
      positiveNumber,
    )
    .addOption(
      new Option('--drop-before <date or duration>', 'take older rows out of the sealed files, and seal nothing')
        .argParser(moment)
        .conflicts(['before', 'all', 'segment']),
    )
    .addHelpText('after', HELP)
    .action(sealCommand)
}

async function sealCommand(options: SealCommandOptions): Promise<void> {
  const { schema } = await loadApplication(options.app)
  const directory = openDataDirectory(options.dir, { mode: 'read' })
  try {
    const folder = sealedFolder(options.dir)
    if (options.dropBefore !== undefined) return await drop(folder, options.dropBefore, options)
    const log = openEventLog(directory, { schema, clock: Date.now })
    const started = performance.now()
    const { before: beforeMs, types, all, segment: segmentOffsets } = options
    const result = await withProgress('sealing', (onProgress) =>
      sealLog(log, schema, folder, {
        all,
        onProgress,
        ...(types === undefined ? {} : { types }),
        ...(beforeMs === undefined ? {} : { beforeMs }),
        ...(segmentOffsets === undefined ? {} : { segmentOffsets }),
      }),
    )
    const seconds = (performance.now() - started) / 1000
    const rows = totalOf(result.written, 'rows')
    const rowsPerSecond = Math.round(rows / Math.max(seconds, 1e-3))
    printResult(options.json, { folder, ...result, rows, seconds, rowsPerSecond }, () =>
      [
        ...(rows > 0 ? [writtenTable(result.written), ''] : []),
        `${rows} rows sealed in ${seconds.toFixed(1)} s (${rowsPerSecond}/s); ${folder} holds offsets up to ${result.sealedTo} of ${result.head}`,
        ...waitingLines(result, beforeMs),
        ...leftOutLines(result.otherRecords),
      ].join('\n'),
    )
  } finally {
    await directory.close()
  }
}

async function drop(folder: string, beforeMs: number, { types, json }: SealCommandOptions): Promise<void> {
  const dropped = await withProgress('dropping', () => dropSealed(folder, { beforeMs, types }))
  printResult(
    json,
    { folder, beforeMs, ...dropped },
    () => `${dropped.rows} rows dropped; files written anew or removed: ${dropped.files}`,
  )
}

function writtenTable(files: readonly SealedFile[]): string {
  const types = [...new Set(files.map(({ type }) => type))].sort()
  const rows = types.map((type) => {
    const mine = files.filter((file) => file.type === type)
    return [type, String(mine.length), String(totalOf(mine, 'rows')), String(totalOf(mine, 'bytes'))]
  })
  return table(['type', 'files', 'rows', 'bytes'], rows)
}

function waitingLines({ sealedTo, head }: { sealedTo: number; head: number }, beforeMs: number | undefined): string[] {
  if (sealedTo === head) return []
  const late = beforeMs === undefined ? '' : ', or holds a record of --before or later'
  return [`offsets ${sealedTo + 1} to ${head} wait: their segment is not whole, which --all does not mind${late}`]
}

function leftOutLines(others: Readonly<Record<string, number>>): string[] {
  const parts = Object.entries(others).map(([type, count]) => `${type} ${count}`)
  return parts.length === 0 ? [] : [`not sealed, because the schema has no such type: ${parts.join(', ')}`]
}

function totalOf(files: readonly SealedFile[], of: 'rows' | 'bytes'): number {
  return files.reduce((sum, file) => sum + file[of], 0)
}

/** Parses a date, or how long ago a moment is. */
function moment(text: string): number {
  if (/^[1-9]\d{0,6}[smhd]$/.test(text)) return Date.now() - durationMs(text as Duration)
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(at)) return at
  throw new InvalidArgumentError('expected a date such as 2026-01-31, or how long ago such as 90d')
}

function names(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.every((part) => part !== '')) return parts
  throw new InvalidArgumentError('expected names with commas between, such as watch,impression')
}
