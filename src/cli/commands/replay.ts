import type { Command } from 'commander'
import { replayDecisions } from '../../serving/index.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { positiveNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

const HELP = `
Makes logged pages again from the log alone and compares them to the byte. The exit code is 1 when one differs.

Example:
  sluice replay --app application.ts --decisions 1000`

export function addReplay(program: Command): void {
  withSharedOptions(program.command('replay').description('make served pages again from the log and compare'))
    .option('--decisions <number>', 'how many, counted from the newest', positiveNumber, 1000)
    .addHelpText('after', HELP)
    .action(replayCommand)
}

function replayCommand(options: SharedOptions & { decisions: number }): Promise<void> {
  return withReader(options, async (application, { log, registry }) => {
    const report = await withProgress('replaying', (onProgress) =>
      replayDecisions(application, log, registry, { limit: options.decisions, onProgress }),
    )
    printResult(options.json, report, () =>
      [
        `${report.decisions} decisions made again, ${report.different} different`,
        ...report.differences.map(({ decision, what }) => `  ${decision}: ${what}`),
      ].join('\n'),
    )
    if (report.different > 0) throw new WorkFailed(`${report.different} of ${report.decisions} decisions differ`)
  })
}
