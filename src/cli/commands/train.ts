import type { Command } from 'commander'
import type { Application } from '../../application/index.ts'
import type { Reader } from '../../serving/index.ts'
import { type ModelRegistry, type TrainingResult, trainSystem } from '../../training/index.ts'
import { erasedFrom } from '../check-erasures.ts'
import { judgementText } from '../judgement-text.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { packageVersion } from '../package-version.ts'
import { type SharedOptions, wholeNumber, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

interface TrainCommandOptions extends SharedOptions {
  readonly system?: string
  readonly until?: number
  readonly force: boolean
}

const HELP = `
The newest fifth of the label events judges the model. It is promoted when it beats "popular" beyond chance and is not
worse than the champion; a server on the same directory takes it up by itself.

Examples:
  sluice train --app application.ts
  sluice train --app movies --until 80000 --json`

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
    const results: Record<string, ReturnType<typeof summary> & { readonly erased: readonly string[] }> = {}
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

function train(
  application: Application,
  { log, registry }: Reader,
  name: string,
  { seed, until, force }: TrainCommandOptions,
): Promise<TrainingResult> {
  return withProgress(`training ${name}`, (update) =>
    trainSystem(application, name, log, registry, {
      seed,
      force,
      codeVersion: packageVersion(),
      nowMs: Date.now(),
      onProgress: ({ done, total }) => update(done, total),
      ...(until === undefined ? {} : { untilOffset: until }),
    }),
  )
}

function summary({ version, judgement, gate, promoted, refused, examples }: TrainingResult, seconds: number) {
  const { version: name, modelHash, offsets, splits, serves } = version
  return { version: name, modelHash, seconds, offsets, splits, examples, promoted, serves, gate, refused, ...judgement }
}

function text(name: string, { version, judgement, gate, promoted, refused, examples }: TrainingResult): string {
  const ranks = refused ? `promoted, ranking by the fallback: ${refused.reasons.join('; ')}` : 'promoted'
  const state = promoted ? ranks : `registered, not promoted: ${gate.reasons.join('; ')}`
  return [
    `${name} ${version.version} (${version.modelHash.slice(0, 12)}): ${state}`,
    `${examples.rows} examples, ${examples.positives} positive, ${examples.immature} immature\n`,
    judgementText(judgement),
  ].join('\n')
}

/** Versions that had learnt from records that are erased by now, in words. */
function versionsWithErased(registry: ModelRegistry, system: string): string[] {
  return registry.versions(system).flatMap((version) => {
    const erased = erasedFrom(registry, version)
    return erased === undefined ? [] : [`${version.version} ${erased}`]
  })
}
