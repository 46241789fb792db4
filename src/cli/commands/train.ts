import type { Command } from 'commander'
import type { Application } from '../../application/index.ts'
import type { Reader } from '../../serving/index.ts'
import {
  type ModelRegistry,
  type ScoringTrainingResult,
  type SearchTrainingResult,
  type TrainingResult,
  trainScoringSystem,
  trainSearchSystem,
  trainSystem,
} from '../../training/index.ts'
import { erasedFrom } from '../check-erasures.ts'
import { judgementText } from '../judgement-text.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { packageVersion } from '../package-version.ts'
import { scoringText } from '../scoring-text.ts'
import { clickBiasText, searchText } from '../search-text.ts'
import { type SharedOptions, wholeNumber, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

interface TrainCommandOptions extends SharedOptions {
  readonly system?: string
  readonly until?: number
  readonly force: boolean
}

const HELP = `
Of a ranking system, the newest fifth of the label events judges the model. It is promoted when it beats "popular" beyond
chance and is not worse than the champion; of a search system likewise, when it beats the order of the text. Of a scoring
system, the newest weeks whose labels have come judge it. It is
promoted when it beats one rate for all beyond chance, is not worse than a logistic regression and the champion, and does
not lose money. A server on the same directory takes it up by itself.

Examples:
  sluice train --app application.ts
  sluice train --app movies --until 80000 --json`

type AnyResult = TrainingResult | ScoringTrainingResult | SearchTrainingResult
type Summary = ReturnType<typeof summary>

export function addTrain(program: Command): void {
  withSharedOptions(program.command('train').description('learn from the log, judge, register and promote'))
    .option('--system <name>', 'one system; all of them when absent')
    .option('--until <offset>', 'see the log up to this offset only', wholeNumber)
    .option('--force', 'promote although the gate does not hold', false)
    .addHelpText('after', HELP)
    .action(trainCommand)
}

function trainCommand(options: TrainCommandOptions): Promise<void> {
  return withReader(options, async (application, reader) => {
    const names = options.system === undefined ? Object.keys(application.systems) : [options.system]
    const results: Record<string, Summary & { readonly erased: readonly string[] }> = {}
    const texts: string[] = []
    for (const name of names) {
      const started = performance.now()
      const result = await train(application, reader, name, options)
      const erased = versionsWithErased(reader.registry, name)
      results[name] = { ...summary(result, (performance.now() - started) / 1000), erased }
      texts.push([text(name, result), ...erased].join('\n'))
    }
    printResult(options.json, results, () => texts.join('\n\n'))
    const held = Object.entries(results).filter(([, { promoted }]) => !promoted)
    if (held.length > 0) {
      const reasons = held.map(([name, { gate }]) => `${name}: ${gate.reasons.join('; ')}`)
      throw new WorkFailed(`not promoted: ${reasons.join(' | ')}`)
    }
  })
}

const LEARN = { ranking: trainSystem, classification: trainScoringSystem, search: trainSearchSystem }

function train(
  application: Application,
  { log, registry }: Reader,
  name: string,
  { seed, until, force }: TrainCommandOptions,
): Promise<AnyResult> {
  const learn = LEARN[application.systems[name]?.task ?? 'ranking']
  return withProgress(
    `training ${name}`,
    (update): Promise<AnyResult> =>
      learn(application, name, log, registry, {
        seed,
        force,
        codeVersion: packageVersion(),
        nowMs: Date.now(),
        onProgress: ({ done, total }) => update(done, total),
        ...(until === undefined ? {} : { untilOffset: until }),
      }),
  )
}

function summary(result: AnyResult, seconds: number) {
  const { version, judgement, gate, promoted, examples } = result
  const { version: name, modelHash, offsets, splits, serves } = version
  const own =
    'settled' in result
      ? { calibration: result.calibration, settled: result.settled }
      : {
          serves,
          refused: result.refused,
          ...('clickBias' in result ? { clickBias: result.clickBias } : {}),
          ...('indexes' in result ? { indexes: result.indexes } : {}),
        }
  return { version: name, modelHash, seconds, offsets, splits, examples, promoted, gate, ...own, ...judgement }
}

function text(name: string, result: AnyResult): string {
  const { version, gate, promoted } = result
  const refused = 'refused' in result ? result.refused : undefined
  const serves = refused ? `promoted, ranking by the fallback: ${refused.reasons.join('; ')}` : 'promoted'
  const state = promoted ? serves : `registered, not promoted: ${gate.reasons.join('; ')}`
  return [
    `${name} ${version.version} (${version.modelHash.slice(0, 12)}): ${state}`,
    `${examplesText(result)}\n`,
    ...('clickBias' in result && result.clickBias ? [clickBiasText(result.clickBias)] : []),
    resultText(result),
  ].join('\n')
}

function resultText(result: AnyResult): string {
  if ('settled' in result) return scoringText(result.judgement)
  return 'search' in result.judgement ? searchText(result.judgement) : judgementText(result.judgement)
}

function examplesText(result: AnyResult): string {
  const { rows, positives } = result.examples
  const all = `${rows} examples, ${positives} positive`
  if ('notFound' in result.examples) {
    const { immature, notFound } = result.examples
    return `${all}, ${immature} immature; ${notFound} left out, which the text of their query does not find`
  }
  if (!('settled' in result)) return `${all}, ${result.examples.immature} immature`
  const { early, unknown } = result.examples
  return `${all}, ${early} young and reviewed; ${unknown} left out, of which nothing is known; calibrated by ${result.calibration}`
}

/** Versions that had learnt from records that are erased by now, in words. */
function versionsWithErased(registry: ModelRegistry, system: string): string[] {
  return registry.versions(system).flatMap((version) => {
    const erased = erasedFrom(registry, version)
    return erased === undefined ? [] : [`${version.version} ${erased}`]
  })
}
