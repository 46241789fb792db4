import type { Command } from 'commander'
import { type FraudReport, runFraudBench } from '../bench/fraud/fraud-bench.ts'
import { FIGURES, type FraudFigures } from '../bench/fraud/fraud-figures.ts'
import { interval, printResult, say, table } from '../output.ts'
import { positiveNumber, wholeNumber, withoutEffect } from '../shared-options.ts'

interface FraudCommandOptions {
  readonly data: string
  readonly periods: number
  readonly trials: number
  readonly json: boolean
  readonly seed: number
}

const HELP = `
The folder has files transactions-*.csv or .csv.gz of the Fraud Detection Handbook: TRANSACTION_ID, TX_TIME_SECONDS,
CUSTOMER_ID, TERMINAL_ID, TX_AMOUNT, TX_FRAUD and TX_FRAUD_SCENARIO, in the order of time. The newest weeks are tested;
the system is chosen on four weeks whose frauds were known before the first of them. docs/fraud-bench.md tells how to
read the figures.

Examples:
  sluice bench fraud --data fraud-handbook --json
  sluice bench fraud --data fraud-handbook --periods 1 --trials 5`

export function addFraudBench(bench: Command): void {
  withoutEffect(bench.command('fraud'), '--app <name>', '--dir <directory>')
    .description("quality of fraud detection by the Fraud Detection Handbook's protocol")
    .requiredOption('--data <folder>', "the handbook's files")
    .option('--periods <number>', 'how many of the newest weeks are tested', positiveNumber, 4)
    .option('--trials <number>', 'systems to try on earlier weeks', positiveNumber, 12)
    .option('--json', 'one JSON document on standard output', false)
    .option('--seed <number>', 'seed of everything random', wholeNumber, 1)
    .addHelpText('after', HELP)
    .action(fraudCommand)
}

async function fraudCommand({ json, ...options }: FraudCommandOptions): Promise<void> {
  const report = await runFraudBench({ ...options, clock: () => performance.now(), onProgress: say })
  printResult(json, report, () => reportText(report))
}

const FIGURE_NAMES = ['AUC', 'average precision', 'card precision@100']

function reportText(report: FraudReport): string {
  const { payments, frauds, features, protocol, published, system, systemOfOneWeek, tunedByTheBook, costs } = report
  const figures = (of: FraudFigures, digits = 4): string[] => FIGURES.map((name) => of[name].toFixed(digits))
  return [
    `${payments} payments, ${frauds} of them frauds; ${features} features`,
    protocol,
    '',
    table(
      ['the newest week, fifteen features', ...FIGURE_NAMES],
      published.flatMap(({ model, figures: ours, published: book }) => [
        [model, ...figures(ours)],
        [`  the book's ${book.model}`, ...figures(book.figures, 3)],
      ]),
    ),
    '',
    table(
      ['our system', ...FIGURE_NAMES],
      [
        ['the newest week', ...FIGURES.map((name) => interval(system.newest[name]))],
        [`mean of ${system.weeks.length} weeks`, ...FIGURES.map((name) => interval(system.mean[name]))],
        ['the same, taught with one week', ...FIGURES.map((name) => interval(systemOfOneWeek.mean[name]))],
        [`the book's tuned ${tunedByTheBook.model}`, ...figures(tunedByTheBook.figures, 3)],
      ],
    ),
    '',
    costText(costs),
    '',
    table(
      ['weights of the few', 'log loss', 'corrected', 'calibration error', 'corrected', ...FIGURE_NAMES],
      report.imbalance.map(({ variant, figures: ours, asFitted, corrected }) => [
        variant,
        ...[asFitted.logLoss, corrected.logLoss].map((value) => value.toFixed(5)),
        ...[asFitted.calibrationError, corrected.calibrationError].map((value) => value.toFixed(5)),
        ...figures(ours),
      ]),
    ),
  ].join('\n')
}

function costText({ costs, capacities, costPerDayWithoutReviews, heldOutDays }: FraudReport['costs']): string {
  const heading = `cost a day over ${heldOutDays} days, a review ${costs.review}; without any ${costPerDayWithoutReviews.toFixed(0)}`
  return table(
    [heading, 'best threshold', 'cost policy', 'saving'],
    capacities.map(({ reviewsPerDay, fixedThreshold, costPolicy, saving }) => [
      `${reviewsPerDay} reviews a day`,
      fixedThreshold.costPerDay.toFixed(1),
      costPolicy.costPerDay.toFixed(1),
      interval(saving),
    ]),
  )
}
