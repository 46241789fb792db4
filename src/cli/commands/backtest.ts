import type { Command } from 'commander'
import { scoringSystems } from '../../application/index.ts'
import { ACTIONS, type BacktestReport, type EventCount } from '../../policy/index.ts'
import { backtestLog } from '../../serving/index.ts'
import { printResult, withProgress } from '../output.ts'
import { readInput } from '../read-input.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

interface BacktestCommandOptions extends SharedOptions {
  readonly rules: string
  readonly system?: string
}

const HELP = `
Says what rules would have done to every event of the log that a system scores: each with its features as of its own
offset, the lists as they were, the model that serves, and what is known of it by now. Differences are to the rules that
are live. Nothing is changed.

Examples:
  sluice backtest --app fraud --rules stricter.rules
  sluice backtest --app fraud --rules stricter.rules --json`

export function addBacktest(program: Command): void {
  withSharedOptions(program.command('backtest').description('try rules on the log'), { app: 'fraud' })
    .requiredOption('--rules <file>', 'the rules that are tried')
    .option('--system <name>', 'the system; the first one that scores when it is not said')
    .addHelpText('after', HELP)
    .action(backtestCommand)
}

function backtestCommand({ rules: file, system, ...options }: BacktestCommandOptions): Promise<void> {
  const rules = readInput('--rules', file)
  return withReader(options, async (application, { log, registry }) => {
    const name = system ?? scoringSystems(application)[0]?.[0] ?? ''
    const parts = { application, log, registry }
    const report = await withProgress('replaying', (onProgress) => backtestLog(parts, name, { rules, onProgress }))
    printResult(options.json, report, () => reportText(report))
  })
}

function reportText({ all, actions, rules, difference }: BacktestReport): string {
  return [
    `${all.events} events, ${all.labelled} of them known, ${all.frauds} frauds`,
    ...ACTIONS.map((action) => `  ${action}: ${countText(actions[action], all)}`),
    'rules',
    ...rules.map(({ name, fired, alone, unknown }) => {
      const rest = `${alone.events} alone, ${unknown} unknown`
      return `  ${name}: ${countText(fired, all)}, ${rest}`
    }),
    ...(difference
      ? [`${difference.newlyBlocked.events} newly blocked, ${difference.noLongerBlocked.events} no longer`]
      : []),
  ].join('\n')
}

function countText({ events, labelled, frauds }: EventCount, all: EventCount): string {
  const share = all.events === 0 ? 0 : (100 * events) / all.events
  return `${events} (${share.toPrecision(3)} %), ${frauds} frauds of ${labelled} known`
}
