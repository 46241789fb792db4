import { type Command, InvalidArgumentError } from 'commander'
import { requireAnySystem } from '../../application/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { type CompressionFigures, type CompressionResult, compressVersion } from '../../training/index.ts'
import { printResult, table, WorkFailed, withProgress } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { systemName, withReader } from '../with-reader.ts'

interface CompressCommandOptions extends SharedOptions {
  readonly maxLoss?: number
  readonly report: boolean
}

const HELP = `
Makes the champion's model smaller in several ways: tables of 16 and 8 bits, half of the leaves, half of the trees,
and two students of its probabilities, a small ensemble and a logistic regression. Each is judged on what the log holds
after the events that it was made from, overall and by segment: of a system that ranks NDCG@10 and the time for a page of
candidates, of one that scores average precision, AUC, calibration and the time for one event, on this machine. The smallest
that is not slower and within the loss is registered and promoted; the exit code is 1 when none is. A server on the same
directory takes it up by itself.

Examples:
  sluice compress home --app application.ts
  sluice compress fraud --app fraud --report
  sluice compress home --app video --max-loss 0.005 --report --json`

export function addCompress(program: Command): void {
  withSharedOptions(program.command('compress').description("make the champion's model smaller, judge and promote it"))
    .argument('[system]', 'the system; the first when absent')
    .option('--max-loss <number>', 'NDCG@10, or average precision, that may be lost (default: 0.002)', lossOf)
    .option('--report', 'judge only; register and promote nothing', false)
    .addHelpText('after', HELP)
    .action(compressCommand)
}

function compressCommand(named: string | undefined, options: CompressCommandOptions): Promise<void> {
  return withReader(options, async (application, { log, registry }) => {
    const system = systemName(application, named)
    requireAnySystem(application, system)
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
    printResult(options.json, document(system, result), () => text(system, result))
    if (result.chosen === undefined) throw new WorkFailed('nothing is smaller, not slower and within the loss')
  })
}

/** The result for programs: metrics beside the other figures of each model. */
function document(system: string, { version, heldOut, original, trials, chosen, ...rest }: CompressionResult): object {
  const flat = ({ quality, ...figures }: CompressionFigures) => ({ ...figures, ...quality })
  const promoted = version === undefined ? {} : { version: version.version, modelHash: version.modelHash }
  return {
    system,
    ...rest,
    [heldOut.what]: heldOut.count,
    original: flat(original),
    trials: trials.map(flat),
    chosen: chosen ?? null,
    ...promoted,
  }
}

/** Metrics as people know them. */
const METRICS: Readonly<Record<string, string>> = {
  ndcgAt10: 'NDCG@10',
  averagePrecision: 'avg. precision',
  auc: 'AUC',
  logLoss: 'log loss',
  calibrationError: 'calibration error',
}

function text(system: string, { from, heldOut, original, trials, chosen, version }: CompressionResult): string {
  const segments = Object.keys(trials[0]?.segments ?? {})
  const metrics = Object.keys(METRICS).filter((name) => name in original.quality)
  const figures = ({ name, bytes, micros, quality }: CompressionFigures) => [
    name,
    `${bytes}`,
    micros.toFixed(micros < 100 ? 2 : 0),
    ...metrics.map((metric) => quality[metric]?.toFixed(4) ?? '-'),
  ]
  const rows = [
    [...figures(original), '', ...segments.map(() => '')],
    ...trials.map((trial) => [
      ...figures(trial),
      trial.loss.toFixed(4),
      ...segments.map((name) => trial.segments[name]?.loss.toFixed(4) ?? ''),
    ]),
  ]
  const head = ['', 'bytes', 'us', ...metrics.map((metric) => METRICS[metric]!), 'lost']
  const refused = trials.filter(({ holds }) => !holds).map(({ name, reasons }) => `  ${name}: ${reasons.join('; ')}`)
  const outcome = version ? `${version.version} (${chosen}) is promoted` : `${chosen ?? 'nothing'} would be promoted`
  return [
    `${system} ${from}, on ${heldOut.count} held-out ${heldOut.what}`,
    table([...head, ...segments.map((name) => `lost: ${name}`)], rows),
    ...(refused.length > 0 ? ['Not taken:', ...refused] : []),
    outcome,
  ].join('\n')
}

function lossOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('expected a number from 0 to 1')
}
