import { type Command, InvalidArgumentError } from 'commander'
import { requireSystem } from '../../application/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { type CompressionResult, compressVersion } from '../../training/index.ts'
import { printResult, table, WorkFailed, withProgress } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { systemName, withReader } from '../with-reader.ts'

interface CompressCommandOptions extends SharedOptions {
  readonly maxLoss?: number
  readonly report: boolean
}

const HELP = `
Makes the champion's ranker smaller in several ways: tables of 16 and 8 bits, half of the leaves, half of the trees,
and two students of its probabilities, a small ensemble and a logistic regression. Each is judged on what the log holds
after the events that the ranker learnt from: bytes, time for a page of candidates on this machine, NDCG@10 overall and
by segment. The smallest that is not slower and within the loss is registered and promoted; the exit code is 1 when none
is. A server on the same directory takes it up by itself.

Examples:
  sluice compress home --app application.ts
  sluice compress home --app video --max-loss 0.005 --report --json`

export function addCompress(program: Command): void {
  withSharedOptions(program.command('compress').description("make the champion's ranker smaller, judge and promote it"))
    .argument('[system]', 'the system; the first when absent')
    .option('--max-loss <NDCG>', 'NDCG@10 that may be lost (default: 0.002)', lossOf)
    .option('--report', 'judge only; register and promote nothing', false)
    .addHelpText('after', HELP)
    .action(compressCommand)
}

function compressCommand(named: string | undefined, options: CompressCommandOptions): Promise<void> {
  return withReader(options, async (application, { log, registry }) => {
    const system = systemName(application, named)
    requireSystem(application, system)
    const champion = registry.champion(system)
    if (champion === undefined) {
      throw new SluiceError('NO_MODEL', `compress: expected a champion of ${system}, got none; run sluice train first`)
    }
    const { maxLoss, report, seed } = options
    const result = await withProgress('compressing', (update) =>
      compressVersion(application, champion, log, registry, {
        ...{ seed, reportOnly: report, nowMs: Date.now(), clockMicros: () => performance.now() * 1000 },
        onRecord: update,
        ...(maxLoss === undefined ? {} : { maxLoss }),
      }),
    )
    const { version, ...figures } = result
    const promoted = version === undefined ? {} : { version: version.version, modelHash: version.modelHash }
    printResult(options.json, { system, ...figures, chosen: result.chosen ?? null, ...promoted }, () =>
      text(system, result),
    )
    if (result.chosen === undefined) throw new WorkFailed('nothing is smaller, not slower and within the loss')
  })
}

function text(system: string, { from, lists, original, trials, chosen, version }: CompressionResult): string {
  const segments = Object.keys(trials[0]?.segments ?? {})
  const figures = ({ name, bytes, micros, ndcgAt10, logLoss }: CompressionResult['original']) => [
    name,
    `${bytes}`,
    micros.toFixed(0),
    ndcgAt10.toFixed(4),
    logLoss.toFixed(4),
  ]
  const rows = [
    [...figures(original), '', ...segments.map(() => '')],
    ...trials.map((trial) => [
      ...figures(trial),
      trial.loss.toFixed(4),
      ...segments.map((name) => trial.segments[name]?.loss.toFixed(4) ?? ''),
    ]),
  ]
  const refused = trials.filter(({ holds }) => !holds).map(({ name, reasons }) => `  ${name}: ${reasons.join('; ')}`)
  const outcome = version ? `${version.version} (${chosen}) is promoted` : `${chosen ?? 'nothing'} would be promoted`
  return [
    `${system} ${from}, on ${lists} held-out lists`,
    table(['', 'bytes', 'us', 'NDCG@10', 'log loss', 'lost', ...segments.map((name) => `lost: ${name}`)], rows),
    ...(refused.length > 0 ? ['Not taken:', ...refused] : []),
    outcome,
  ].join('\n')
}

function lossOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('expected a number from 0 to 1')
}
