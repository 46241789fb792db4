import type { Command } from 'commander'
import { openReader, replayDecisions } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, progressBar, WorkFailed } from '../output.ts'
import { positiveNumber, type SharedOptions, withSharedOptions } from '../shared-options.ts'

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

async function replayCommand(options: SharedOptions & { decisions: number }): Promise<void> {
  const application = await loadApplication(options.app)
  const reader = openReader(application, { directory: options.dir, clock: Date.now })
  const bar = progressBar('replaying')
  try {
    const report = await replayDecisions(application, reader.log, reader.registry, {
      limit: options.decisions,
      onProgress: (done, total) => bar.update(done, total),
    })
    bar.end()
    printResult(options.json, report, () =>
      [
        `${report.decisions} decisions made again, ${report.different} different`,
        ...report.differences.map(({ decision, what }) => `  ${decision}: ${what}`),
      ].join('\n'),
    )
    if (report.different > 0) throw new WorkFailed(`${report.different} of ${report.decisions} decisions differ`)
  } finally {
    bar.end()
    await reader.close()
  }
}
