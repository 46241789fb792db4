import { type Command, InvalidArgumentError, Option } from 'commander'
import { type RetrievalReport, runRetrievalBench } from '../bench/retrieval-bench.ts'
import type { RetrievalSplit } from '../bench/retrieval-options.ts'
import { printResult, say, table } from '../output.ts'
import { positiveNumber, wholeNumber, withoutEffect } from '../shared-options.ts'
import { addTreesBench } from './bench-trees.ts'

interface RetrievalCommandOptions {
  readonly train: string
  readonly test?: string
  readonly valid?: string
  readonly format: 'lightgcn' | 'delimited'
  readonly at: number[]
  readonly split?: 'random'
  readonly ratio: number
  readonly stratify: RetrievalSplit['stratify']
  readonly repeats: number
  readonly user: string
  readonly item: string
  readonly models?: string[]
  readonly json: boolean
  readonly seed: number
}

const HELP = `
Options of the models are chosen on the validation file, or on a part of train when there is none; the test file is
ranked once. Files may be compressed with gzip.

Examples:
  sluice bench retrieval --train train.txt --valid valid.txt --test test.txt --format lightgcn --at 10,20
  sluice bench retrieval --train ratings.tsv --format delimited --split random --ratio 0.75 --stratify item --repeats 5 --at 10`

export function addBench(program: Command): void {
  const bench = program.command('bench').description('quality and speed on files that you name')
  withoutEffect(bench.command('retrieval'), '--app <name>', '--dir <directory>')
    .description('recall and NDCG of the item models, all items ranked')
    .requiredOption('--train <file>', 'interactions to learn from; with --split, all of them')
    .option('--test <file>', 'interactions to find')
    .option('--valid <file>', 'interactions to choose options on')
    .addOption(
      new Option('--format <name>', 'layout of the files').choices(['lightgcn', 'delimited']).default('lightgcn'),
    )
    .option('--at <cutoffs>', 'cutoffs, separated by commas', cutoffs, [10, 20])
    .addOption(new Option('--split <kind>', 'split --train instead of reading --test').choices(['random']))
    .option('--ratio <share>', 'share of train in a split', share, 0.75)
    .addOption(new Option('--stratify <by>', 'split within each').choices(['item', 'user', 'none']).default('none'))
    .option('--repeats <number>', 'how many splits', positiveNumber, 1)
    .option('--user <column>', 'column of the user, delimited only', 'user')
    .option('--item <column>', 'column of the item, delimited only', 'item')
    .option('--models <names>', 'which models, separated by commas; all when absent', (text: string) => text.split(','))
    .option('--json', 'one JSON document on standard output', false)
    .option('--seed <number>', 'seed of everything random', wholeNumber, 1)
    .addHelpText('after', HELP)
    .action(retrievalCommand)
  addTreesBench(bench)
}

async function retrievalCommand(options: RetrievalCommandOptions): Promise<void> {
  const { train, test, valid, format, at, models, user, item, seed, ratio, stratify, repeats } = options
  const report = await runRetrievalBench({
    train,
    test,
    valid,
    format,
    at,
    models,
    seed,
    columns: { user, item },
    split: options.split === undefined ? undefined : { ratio, stratify, repeats },
    clock: () => performance.now(),
    onProgress: say,
  })
  printResult(options.json, report, () => reportText(report))
}

function reportText({ protocol, users, items, interactions, models }: RetrievalReport): string {
  const metrics = Object.keys(models[0]?.metrics ?? {})
  return [
    `${users} users, ${items} items; train ${interactions.train}, valid ${interactions.valid}, test ${interactions.test}`,
    protocol,
    '',
    table(
      ['model', ...metrics],
      models.map((model) => [model.model, ...metrics.map((name) => (model.metrics[name] ?? Number.NaN).toFixed(4))]),
    ),
  ].join('\n')
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
