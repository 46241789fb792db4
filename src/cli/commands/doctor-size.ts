import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import type { Application } from '../../application/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { openReader } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, table, withProgress } from '../output.ts'
import { positiveNumber } from '../shared-options.ts'
import { estimateSize, type SizedWorkload, type SizeEstimate, type SizeSample } from '../size/estimate-size.ts'
import { sampleLog } from '../size/sample-log.ts'

const SECONDS_A_DAY = 86_400

/** What `--size` needs besides the options of every command. */
export interface SizeOptions {
  readonly size?: boolean
  readonly users?: number
  readonly items?: number
  readonly eventsPerSecond?: number
  readonly days: number
  readonly mix?: Readonly<Record<string, number>>
  readonly values?: Readonly<Record<string, number>>
}

/** Adds `--size` and the workload that it asks about to `sluice doctor`. */
export function withSizeOptions(command: Command): Command {
  return command
    .option('--size', 'tell what memory and disk a workload needs, instead of checking the directory')
    .option('--users <number>', 'with --size: keys of each entity that a system asks for', positiveNumber)
    .option('--items <number>', 'with --size: keys of every other entity', positiveNumber)
    .option('--events-per-second <number>', 'with --size: events of all types', aboveZero)
    .option('--days <number>', 'with --size: how long events are kept', aboveZero, 30)
    .option('--mix <type=weight...>', 'with --size: how much of each type of event', named)
    .option('--values <entity.attribute=number...>', 'with --size: different values of an attribute', named)
}

/** Tells what an application needs; figures that are not given are those of the log in the directory, if there is one. */
export async function sizeCommand(options: SizeOptions & { app: string; dir: string; json: boolean }): Promise<void> {
  const application = await loadApplication(options.app)
  const sample = await sampleOf(application, options.dir)
  const workload = workloadOf(application, options, sample)
  const estimate = estimateSize(application, workload)
  printResult(options.json, { workload: { ...workload, sample: undefined }, ...estimate }, () => estimateText(estimate))
}

async function sampleOf(application: Application, directory: string): Promise<SizeSample | undefined> {
  if (!existsSync(directory)) return undefined
  const reader = openReader(application, { directory, clock: Date.now })
  try {
    return await withProgress('reading the log', (update) => sampleLog(application, reader.log, update))
  } finally {
    await reader.close()
  }
}

/** @throws SluiceError `INVALID_ARGUMENT` when a figure is neither given nor in a log, or a name is not the schema's */
function workloadOf(application: Application, options: SizeOptions, sample: SizeSample | undefined): SizedWorkload {
  const { days, mix, values } = options
  requireNames('mix', mix, Object.keys(application.schema.events))
  requireNames('values', values, attributePaths(application))
  const shown = sample && shownBy(application, sample)
  const users = options.users ?? shown?.users
  const items = options.items ?? shown?.items
  const eventsPerSecond = options.eventsPerSecond ?? shown?.eventsPerSecond
  if (users === undefined || items === undefined || eventsPerSecond === undefined) {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      'size: expected --users, --items and --events-per-second, or a log in --dir that shows them, got neither; add them',
    )
  }
  return {
    users,
    items,
    eventsPerSecond,
    days,
    ...(mix === undefined ? {} : { mix }),
    ...(values === undefined ? {} : { values }),
    ...(sample === undefined ? {} : { sample }),
  }
}

/** The figures of a log itself. */
function shownBy({ systems }: Application, { workload }: SizeSample) {
  const subjects = new Set(Object.values(systems).map(({ subject }) => subject))
  const keys = (isSubject: boolean) =>
    Math.max(
      1,
      ...Object.entries(workload.entities).map(([name, count]) => (subjects.has(name) === isSubject ? count : 0)),
    )
  const events = Object.values(workload.events).reduce((sum, count) => sum + count, 0)
  return { users: keys(true), items: keys(false), eventsPerSecond: events / workload.days / SECONDS_A_DAY }
}

function attributePaths({ schema }: Application): string[] {
  return Object.entries(schema.entities).flatMap(([entity, fields]) =>
    Object.keys(fields).map((name) => `${entity}.${name}`),
  )
}

function requireNames(
  option: string,
  given: Readonly<Record<string, number>> | undefined,
  known: readonly string[],
): void {
  const unknown = Object.keys(given ?? {}).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `${option}: expected one of ${known.join(', ')}, got ${unknown}; correct the name`,
  )
}

function estimateText({ state, totals, log, assumptions }: SizeEstimate): string {
  const largest = [...state].sort((a, b) => b.reserved + b.objects - a.reserved - a.objects)
  const rows = largest.map(({ part, reserved, objects, formula }) => [part, megabytes(reserved + objects), formula])
  return [
    ...rows.map(([part, size, formula]) => `${size?.padStart(12)}  ${part}\n${' '.repeat(14)}${formula}`),
    '',
    table(
      ['type', 'bytes a record', 'records a day'],
      log.map(({ type, recordBytes, recordsADay }) => [type, recordBytes.toFixed(0), recordsADay.toFixed(0)]),
    ),
    '',
    table(
      ['total', ''],
      [
        ['state, arrays with room to grow', megabytes(totals.stateBytes)],
        ['index of ids', megabytes(totals.duplicateIndexBytes)],
        ['memory', megabytes(totals.memoryBytes)],
        ['memory at most, while a snapshot is written', megabytes(totals.peakMemoryBytes)],
        ['snapshot', megabytes(totals.snapshotBytes)],
        ['log a day', megabytes(totals.logBytesADay)],
        ['disk', megabytes(totals.diskBytes)],
      ],
    ),
    '',
    'assumed:',
    ...assumptions.map((assumption) => `- ${assumption}`),
  ].join('\n')
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function aboveZero(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('expected a number above 0')
}

function named(text: string, before: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const [, name, value] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? []
  if (name === undefined) throw new InvalidArgumentError('expected name=number')
  return { ...before, [name]: Number(value) }
}
