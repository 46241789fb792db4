import { type Command, Option } from 'commander'
import { type ReplayReport, replayDecisions } from '../../serving/index.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { positiveNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

interface ReplayCommandOptions extends SharedOptions {
  readonly decisions?: number
  readonly verify?: true
}

/** How many decisions are made again when nobody says. */
const DECISIONS = 1000

const HELP = `
Makes logged pages again from the log alone and compares them to the byte: every feature vector, score, reason and
count. With --verify every decision of the log, else the newest. Decisions made before records were erased or compacted
away cannot be made again: they are counted apart. The exit code is 1 when one differs.

Examples:
  sluice replay --app application.ts --verify
  sluice replay --app application.ts --decisions 5000`

export function addReplay(program: Command): void {
  withSharedOptions(program.command('replay').description('make served pages again from the log and compare'))
    .addOption(
      new Option('--decisions <number>', `how many, counted from the newest (default: ${DECISIONS})`)
        .argParser(positiveNumber)
        .conflicts('verify'),
    )
    .option('--verify', 'every decision of the log')
    .addHelpText('after', HELP)
    .action(replayCommand)
}

function replayCommand({ decisions, verify, ...options }: ReplayCommandOptions): Promise<void> {
  const limit = verify ? undefined : (decisions ?? DECISIONS)
  return withReader(options, async (application, { log, registry }) => {
    const report = await withProgress('replaying', (onProgress) =>
      replayDecisions(application, log, registry, { limit, onProgress }),
    )
    printResult(options.json, report, () => reportText(report))
    if (report.different > 0) throw new WorkFailed(`${report.different} of ${report.decisions} decisions differ`)
  })
}

function reportText({
  decisions,
  notComparable,
  different,
  differences,
  reasons,
  vectors,
  bytes,
}: ReplayReport): string {
  return [
    `${decisions - notComparable} decisions made again, ${different} different`,
    `${vectors} feature vectors, ${bytes} bytes compared`,
    ...differences.map(({ decision, what }) => `  ${decision}: ${what}`),
    ...reasons.map(({ reason, decisions: count }) => `${count} not comparable: ${reason}`),
  ].join('\n')
}
