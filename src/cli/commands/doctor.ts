import type { Command } from 'commander'
import { isSluiceError } from '../../foundation/index.ts'
import { openReader, type Reader } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, progressBar, WorkFailed } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface Diagnosis {
  readonly directory: string
  readonly records: number
  readonly head: number
  readonly byType: Readonly<Record<string, number>>
  readonly quarantine: Readonly<Record<string, number>>
  readonly quarantineExamples: readonly string[]
  readonly models: readonly string[]
  /** What is wrong and what to do; empty when all is well. */
  readonly problems: readonly string[]
}

const HELP = `
Reads everything: the log with its checksums, the quarantine, the models with their hashes. It changes nothing and may
run beside a server. The exit code is 1 when something is wrong.

Example:
  sluice doctor --app application.ts`

export function addDoctor(program: Command): void {
  withSharedOptions(program.command('doctor').description('check a data directory and say what to do'))
    .addHelpText('after', HELP)
    .action(doctorCommand)
}

async function doctorCommand(options: SharedOptions): Promise<void> {
  const application = await loadApplication(options.app)
  const reader = openReader(application, { directory: options.dir, clock: Date.now })
  try {
    const diagnosis = diagnose(reader, options.dir, Object.keys(application.systems))
    printResult(options.json, diagnosis, () => diagnosisText(diagnosis))
    if (diagnosis.problems.length > 0) throw new WorkFailed(`${diagnosis.problems.length} problems found`)
  } finally {
    await reader.close()
  }
}

function diagnose(reader: Reader, directory: string, systems: readonly string[]): Diagnosis {
  const problems: string[] = []
  const attempt = (check: () => void): void => {
    try {
      check()
    } catch (error) {
      if (!isSluiceError(error)) throw error
      problems.push(`${error.code}: ${error.message}`)
    }
  }
  const byType: Record<string, number> = {}
  attempt(() => countRecords(reader, byType))
  const { counts, inputs } = reader.log.readQuarantine({ limit: 5 })
  return {
    directory,
    records: Object.values(byType).reduce((sum, count) => sum + count, 0),
    head: reader.log.head,
    byType,
    quarantine: counts as Record<string, number>,
    quarantineExamples: inputs.map(({ code, message }) => `${code}: ${message}`),
    models: systems.flatMap((system) => describeModels(reader, system, attempt)),
    problems,
  }
}

function countRecords({ log }: Reader, byType: Record<string, number>): void {
  const bar = progressBar('reading the log')
  for (const { firstOffset, records } of log.read()) {
    for (const { type } of records) byType[type] = (byType[type] ?? 0) + 1
    bar.update(firstOffset, log.head)
  }
  bar.end()
}

function describeModels({ registry }: Reader, system: string, attempt: (check: () => void) => void): string[] {
  const lines: string[] = []
  attempt(() => {
    const champion = registry.champion(system)?.version
    for (const version of registry.versions(system)) {
      attempt(() => void registry.artifacts(version))
      lines.push(
        `${system} ${version.version}${version.version === champion ? ' (champion)' : ''}, up to offset ${version.offsets.until}`,
      )
    }
  })
  return lines.length > 0 ? lines : [`${system}: no model yet; run sluice train`]
}

function diagnosisText({
  directory,
  records,
  head,
  byType,
  quarantine,
  quarantineExamples,
  models,
  problems,
}: Diagnosis): string {
  const counted = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none'
  return [
    `${directory}: ${records} records, head ${head}`,
    `records by type: ${counted(byType)}`,
    `quarantine: ${counted(quarantine)}`,
    ...quarantineExamples.map((example) => `  ${example}`),
    ...models,
    ...(problems.length === 0 ? ['all is well'] : problems.map((problem) => `PROBLEM ${problem}`)),
  ].join('\n')
}
