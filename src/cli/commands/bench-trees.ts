import { type Command, Option } from 'commander'
import { OBJECTIVES, type ObjectiveName } from '../bench/trees/tree-objective-of.ts'
import { runTreesBench, type TreesReport } from '../bench/trees/trees-bench.ts'
import { printResult, say, table } from '../output.ts'
import { wholeNumber, withoutEffect } from '../shared-options.ts'

interface TreesCommandOptions {
  readonly train: string
  readonly test?: string
  readonly objective: ObjectiveName
  readonly group?: string
  readonly weight?: string
  readonly init?: string
  readonly position?: string
  readonly testGroup?: string
  readonly testWeight?: string
  readonly testInit?: string
  readonly parameters: string[]
  readonly saveLightgbm?: string
  readonly json: boolean
  readonly seed: number
}

const HELP = `
Files are LibSVM, or have commas or tabs, with names in the first line or without, packed with gzip or not. The label is
the first column unless label_column says otherwise; empty cells, na and nan are missing. Parameters have LightGBM's names
and aliases, metrics its names and rules. LightGBM's <file>.query, .weight, .init and .position are found beside the rows;
beside packed rows only .query is, name the others. class_weight=1,2,0.5 weighs the classes of multiclass.

Examples:
  sluice bench trees --train train.tsv --test test.tsv --objective binary --parameters num_trees=200 categorical_feature=0,3
  sluice bench trees --train rank.train --test rank.test --objective lambdarank --group rank.train.query --test-group rank.test.query
  sluice bench trees --train train.csv --objective regression --parameters label_column=name:price --save-lightgbm model.txt`

export function addTreesBench(bench: Command): void {
  withoutEffect(bench.command('trees'), '--app <name>', '--dir <directory>')
    .description('quality and speed of gradient-boosted trees')
    .requiredOption('--train <file>', 'rows to learn from')
    .option('--test <file>', 'rows to measure on')
    .addOption(new Option('--objective <name>', 'what to fit').choices(OBJECTIVES).makeOptionMandatory())
    .option('--group <file>', 'sizes of the queries of --train; also found beside it, or as qid: in its rows')
    .option('--test-group <file>', 'sizes of the queries of --test')
    .option('--weight <file>', 'weights of the rows of --train, one a line')
    .option('--test-weight <file>', 'weights of the rows of --test: metrics count with them')
    .option(
      '--init <file>',
      'scores that the rows of --train have before the first tree; of classes, with tabs between',
    )
    .option('--test-init <file>', 'scores that the rows of --test have before the first tree')
    .option('--position <file>', 'where the rows of the queries of --train were shown, one a line')
    .option('--parameters <name=value...>', "parameters by LightGBM's names", [])
    .option('--save-lightgbm <file>', "write the model as LightGBM's text")
    .option('--json', 'one JSON document on standard output', false)
    .option('--seed <number>', 'seed of everything random', wholeNumber, 1)
    .addHelpText('after', HELP)
    .action(treesCommand)
}

async function treesCommand({ json, ...options }: TreesCommandOptions): Promise<void> {
  const report = await runTreesBench({ ...options, clock: () => performance.now(), onProgress: say })
  printResult(json, report, () => reportText(report))
}

function reportText({ rows, features, trees, objective, threads, metrics, seconds }: TreesReport): string {
  const figures = Object.entries(metrics).map(([name, value]) => [name, value.toPrecision(6)])
  const times = Object.entries(seconds).map(([name, value]) => [name, `${value.toFixed(2)} s`])
  return [
    `${objective}: ${trees} trees from ${rows.train} rows of ${features} features, on ${threads} threads`,
    '',
    ...(figures.length > 0 ? [table([`${rows.test} test rows`, 'value'], figures), ''] : []),
    table(['work', 'time'], times),
  ].join('\n')
}
