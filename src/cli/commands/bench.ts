import { type Command, InvalidArgumentError, Option } from 'commander'
import { type RetrievalReport, runRetrievalBench } from '../bench/retrieval-bench.ts'
import type { RetrievalSplit } from '../bench/retrieval-options.ts'
import { interval, printResult, say, table } from '../output.ts'
import { positiveNumber, wholeNumber, withoutEffect } from '../shared-options.ts'
import { addFraudBench } from './bench-fraud.ts'
import { addSearchBench } from './bench-search.ts'
import { addTreesBench } from './bench-trees.ts'

interface RetrievalCommandOptions {
  readonly train: string
  readonly test?: string
  readonly valid?: string
  readonly format: 'lightgcn' | 'delimited'
  readonly layout?: 'lightgcn' | 'delimited'
  readonly at: number[]
  readonly metrics?: string[]
  readonly trials: number
  readonly split?: 'random' | 'time'
  readonly ratio: number
  readonly stratify: RetrievalSplit['stratify']
  readonly repeats: number
  readonly folds?: number
  readonly user: string
  readonly item: string
  readonly time?: string
  readonly columns?: string[]
  readonly atLeast?: { column: string; value: number }
  readonly models?: string[]
  readonly json: boolean
  readonly seed: number
}

const HELP = `
Options of the models are chosen on the validation file, or on a part of train when there is none; the test file is
ranked once. Files may be compressed with gzip. docs/recommend.md says how to read the figures.

Examples:
  sluice bench retrieval --train train.txt --valid valid.txt --test test.txt --format lightgcn --at 10,20
  sluice bench recommend --train train.txt --valid valid.txt --test test.txt --models ease,als --metrics ndcg@20,recall@10 --json
  sluice bench retrieval --train ratings.tsv --format delimited --split random --ratio 0.75 --stratify item --repeats 5 --at 10
  sluice bench recommend --train ratings.dat --layout delimited --columns user,item,rating,timestamp --split time --time timestamp`

export function addBench(program: Command): void {
  const bench = program.command('bench').description('quality and speed on files that you name')
  withoutEffect(bench.command('retrieval'), '--app <name>', '--dir <directory>')
    .alias('recommend')
    .description('recall and NDCG of the item models, all items ranked')
    .requiredOption('--train <file>', 'interactions to learn from; with --split, all of them')
    .option('--test <file>', 'interactions to find')
    .option('--valid <file>', 'interactions to choose options on')
    .addOption(
      new Option('--format <name>', 'layout of the files').choices(['lightgcn', 'delimited']).default('lightgcn'),
    )
    .addOption(new Option('--layout <name>', 'the same as --format').choices(['lightgcn', 'delimited']))
    .option('--at <cutoffs>', 'recall and NDCG at these cutoffs, separated by commas', cutoffs, [10, 20])
    .option('--metrics <names>', 'instead of --at, such as ndcg@20,recall@10; the first chooses the options', words)
    .option('--trials <number>', 'trials of options for each model and split', positiveNumber, 16)
    .addOption(new Option('--split <kind>', 'split --train instead of reading --test').choices(['random', 'time']))
    .option('--ratio <share>', 'share of train in a split', share, 0.75)
    .addOption(new Option('--stratify <by>', 'split within each').choices(['item', 'user', 'none']).default('none'))
    .option('--repeats <number>', 'how many splits', positiveNumber, 1)
    .option('--folds <number>', 'the same as --repeats', positiveNumber)
    .option('--user <column>', 'column of the user, delimited only', 'user')
    .option('--item <column>', 'column of the item, delimited only', 'item')
    .option('--time <column>', 'column of the moment as a number, for --split time')
    .option('--columns <names>', 'names of the columns where the file has no header, separated by commas', words)
    .option('--at-least <column=number>', 'only rows with that much in a column, such as rating=4', lowerBound)
    .option('--models <names>', 'which models, separated by commas; all but cosine-embeddings when absent', words)
    .option('--json', 'one JSON document on standard output', false)
    .option('--seed <number>', 'seed of everything random', wholeNumber, 1)
    .addHelpText('after', HELP)
    .action(retrievalCommand)
  addTreesBench(bench)
  addFraudBench(bench)
  addSearchBench(bench)
}

async function retrievalCommand(options: RetrievalCommandOptions): Promise<void> {
  const { train, test, valid, layout, format, at, metrics, models, trials, seed } = options
  const { user, item, time, columns, atLeast, split, ratio, stratify, repeats, folds } = options
  const report = await runRetrievalBench({
    train,
    test,
    valid,
    format: layout ?? format,
    at,
    metrics,
    models,
    trials,
    seed,
    columns: { user, item, time, names: columns, atLeast },
    split: split === undefined ? undefined : { kind: split, ratio, stratify, repeats: folds ?? repeats },
    clock: () => performance.now(),
    peakResidentBytes: () => process.resourceUsage().maxRSS * 1024,
    onProgress: say,
  })
  printResult(options.json, report, () => reportText(report))
}

function reportText({ protocol, users, items, interactions, models, peakResidentBytes }: RetrievalReport): string {
  const metrics = Object.keys(models[0]?.metrics ?? {})
  const figure = ({ metrics: values, intervals }: RetrievalReport['models'][number], name: string): string =>
    interval({ estimate: values[name] ?? Number.NaN, ...(intervals[name] ?? { low: Number.NaN, high: Number.NaN }) })
  return [
    `${users} users, ${items} items; train ${interactions.train}, valid ${interactions.valid}, test ${interactions.test}`,
    protocol,
    '',
    table(
      ['model', ...metrics, 'tune', 'fit'],
      models.map((model) => [model.model, ...metrics.map((name) => figure(model, name)), ...secondsOf(model)]),
    ),
    '',
    `at most ${(peakResidentBytes / 2 ** 30).toFixed(2)} GiB of memory; --json has the trials`,
  ].join('\n')
}

/** Of all splits together. */
function secondsOf({ splits }: RetrievalReport['models'][number]): string[] {
  return (['tune', 'fit'] as const).map(
    (what) => `${splits.reduce((sum, { seconds }) => sum + seconds[what], 0).toFixed(1)} s`,
  )
}

function words(text: string): string[] {
  return text.split(',')
}

function lowerBound(text: string): { column: string; value: number } {
  const [, column = '', value = ''] = /^(.+)=(-?[\d.]+)$/.exec(text) ?? []
  if (column !== '' && Number.isFinite(Number(value))) return { column, value: Number(value) }
  throw new InvalidArgumentError('expected a column and a number such as rating=4')
}

function cutoffs(text: string): number[] {
  const values = text.split(',').map(Number)
  if (values.every((value) => Number.isInteger(value) && value >= 1)) return values
  throw new InvalidArgumentError('expected whole numbers of at least 1, separated by commas')
}

function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('expected a number between 0 and 1')
}
