import type { Command } from 'commander'
import { checkSealed, sealedFolder } from '../../adapters/duckdb/index.ts'
import type { Application } from '../../application/index.ts'
import type { Arrivals, TailCut } from '../../data/index.ts'
import { isSluiceError } from '../../foundation/index.ts'
import { checkSearchIndexes, openReader, type Reader } from '../../serving/index.ts'
import { checkErasures, erasedFrom } from '../check-erasures.ts'
import { cutLine, damageLine } from '../cut-line.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { type SizeOptions, sizeCommand, withSizeOptions } from './doctor-size.ts'

interface Diagnosis {
  readonly directory: string
  /** What is wrong and what to do; empty when all is well. */
  readonly problems: readonly string[]
  /** Absent when the directory cannot be opened. */
  readonly contents?: Contents
}

interface Contents {
  readonly records: number
  readonly head: number
  readonly byType: Readonly<Record<string, number>>
  readonly arrivals: Arrivals
  readonly cuts: readonly TailCut[]
  /** First offset of a damaged end, null when it is sound. */
  readonly damagedFrom: number | null
  readonly quarantine: Readonly<Record<string, number>>
  /** Old inputs that are counted and no longer kept. */
  readonly quarantineDropped: number
  readonly quarantineExamples: readonly string[]
  readonly models: readonly string[]
  /** Saved indexes of search systems. */
  readonly indexes: readonly string[]
  /** Erasures and other rewrites. */
  readonly erasures: readonly string[]
  readonly sealed: { readonly files: number; readonly rows: number; readonly bytes: number }
}

const HELP = `
Reads everything: the log with its checksums, the quarantine, the models with their hashes, the indexes of search systems,
sealed files, the receipts of erasures. It changes nothing and may run beside a server. The exit code is 1 when something is wrong.

With --size it checks nothing and tells what memory and disk a workload needs. Figures that are not given, the mix of
events and how they fall on keys are those of the log in the directory, if there is one.

Examples:
  sluice doctor --app application.ts
  sluice doctor --app application.ts --size --users 1000000 --items 200000 --events-per-second 500 --days 90`

export function addDoctor(program: Command): void {
  withSizeOptions(withSharedOptions(program.command('doctor').description('check a data directory and say what to do')))
    .addHelpText('after', HELP)
    .action((options: SharedOptions & SizeOptions) => (options.size ? sizeCommand(options) : doctorCommand(options)))
}

async function doctorCommand({ app, dir, json }: SharedOptions): Promise<void> {
  const diagnosis = await diagnose(await loadApplication(app), dir)
  printResult(json, diagnosis, () => diagnosisText(diagnosis))
  const { length } = diagnosis.problems
  if (length > 0) throw new WorkFailed(length === 1 ? '1 problem found' : `${length} problems found`)
}

async function diagnose(application: Application, directory: string): Promise<Diagnosis> {
  const problems: string[] = []
  const attempt: Attempt = (check) => {
    try {
      return check()
    } catch (error) {
      if (!isSluiceError(error)) throw error
      problems.push(`${error.code}: ${error.message}`)
      return undefined
    }
  }
  const reader = attempt(() => openReader(application, { directory, clock: Date.now }))
  if (!reader) return { directory, problems }
  try {
    const systems = Object.keys(application.systems)
    const contents = await contentsOf(reader, systems, attempt)
    const erasures = attempt(() => checkErasures(reader, directory, systems))
    const checked = attempt(() => checkSealed(sealedFolder(directory)))
    const indexes = attempt(() => checkSearchIndexes(application, reader))
    for (const each of [erasures, checked, indexes]) problems.push(...(each?.problems ?? []))
    const { files = 0, rows = 0, bytes = 0 } = checked ?? {}
    const sealed = { files, rows, bytes }
    return {
      directory,
      problems,
      contents: { ...contents, indexes: indexes?.lines ?? [], erasures: erasures?.lines ?? [], sealed },
    }
  } finally {
    await reader.close()
  }
}

/** Runs a check and keeps what it finds wrong. */
type Attempt = <Result>(check: () => Result) => Result | undefined

async function contentsOf(
  reader: Reader,
  systems: readonly string[],
  attempt: Attempt,
): Promise<Omit<Contents, 'indexes' | 'erasures' | 'sealed'>> {
  const byType = await withProgress('reading the log', (update) => countRecords(reader, attempt, update))
  const { counts = {}, dropped = 0, inputs = [] } = attempt(() => reader.log.readQuarantine({ limit: 5 })) ?? {}
  return {
    records: Object.values(byType).reduce((sum, count) => sum + count, 0),
    head: reader.log.head,
    byType,
    arrivals: reader.log.arrivals(),
    cuts: reader.log.cuts(),
    damagedFrom: reader.log.damagedFrom() ?? null,
    quarantine: counts as Record<string, number>,
    quarantineDropped: dropped,
    quarantineExamples: inputs.map(({ code, message }) => `${code}: ${message}`),
    models: systems.flatMap((system) => describeModels(reader, system, attempt)),
  }
}

/** How many records of each type the log has, up to where it can be read. */
function countRecords(
  { log }: Reader,
  attempt: Attempt,
  update: (done: number, total: number) => void,
): Record<string, number> {
  const byType = new Map<string, number>()
  attempt(() => {
    for (const { firstOffset, records } of log.read()) {
      for (const { type } of records) byType.set(type, (byType.get(type) ?? 0) + 1)
      update(firstOffset, log.head)
    }
  })
  return Object.fromEntries(byType)
}

function describeModels({ registry }: Reader, system: string, attempt: Attempt): string[] {
  const lines: string[] = []
  attempt(() => {
    const champion = registry.champion(system)?.version
    for (const version of registry.versions(system)) {
      attempt(() => void registry.artifacts(version))
      const mark = version.version === champion ? ' (champion)' : ''
      const erased = attempt(() => erasedFrom(registry, version))
      const advice = erased === undefined ? '' : `, ${erased}; sluice train makes one that did not`
      lines.push(`${system} ${version.version}${mark}, up to offset ${version.offsets.until}${advice}`)
    }
    if (lines.length > 0 && champion === undefined)
      lines.push(`${system}: no champion, pages are not ranked; run sluice train`)
  })
  return lines.length > 0 ? lines : [`${system}: no model yet; run sluice train`]
}

function diagnosisText({ directory, problems, contents }: Diagnosis): string {
  return [
    ...(contents ? contentsLines(directory, contents) : []),
    ...(problems.length === 0 ? ['all is well'] : problems.map((problem) => `PROBLEM ${problem}`)),
  ].join('\n')
}

function contentsLines(directory: string, contents: Contents): string[] {
  const { records, head, byType, arrivals, cuts, damagedFrom, quarantine, quarantineDropped, quarantineExamples } =
    contents
  const { models, indexes, erasures, sealed } = contents
  return [
    `${directory}: ${records} records, head ${head}`,
    `records by type: ${counted(byType)}`,
    arrivalsLine(arrivals),
    ...cuts.map(cutLine),
    ...(damagedFrom === null ? [] : [damageLine(damagedFrom)]),
    `quarantine: ${counted(quarantine)}${quarantineDropped > 0 ? `; the oldest ${quarantineDropped} are no longer kept` : ''}`,
    ...quarantineExamples.map((example) => `  ${example}`),
    ...models,
    ...indexes,
    ...erasures,
    ...(sealed.files > 0 ? [`sealed: ${sealed.rows} rows in ${sealed.files} files, ${sealed.bytes} bytes`] : []),
  ]
}

function arrivalsLine({ inOrder, outOfOrder, late, ahead, duplicates, fromOffset }: Arrivals): string {
  const since = fromOffset === 1 ? '' : ` since offset ${fromOffset}`
  return `events${since}: ${inOrder} in order, ${outOfOrder} out of order (${late} by more than a day), ${ahead} ahead of their receipt, ${duplicates} repeated`
}

function counted(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  return parts.join(', ') || 'none'
}
