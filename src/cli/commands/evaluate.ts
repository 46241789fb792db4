import type { Command } from 'commander'
import { SluiceError } from '../../foundation/index.ts'
import { openReader } from '../../serving/index.ts'
import { evaluateVersion } from '../../training/index.ts'
import { judgementText } from '../judgement-text.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, progressBar, WorkFailed } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

interface EvaluateCommandOptions extends SharedOptions {
  readonly system?: string
  readonly version?: string
}

const HELP = `
Judges a version on everything that the log holds after the events its ranker learnt from. The exit code is 1 when it
does not order lists better than "popular" beyond chance.

Examples:
  sluice evaluate --app application.ts
  sluice evaluate --app movies --system home --version v2 --json`

export function addEvaluate(program: Command): void {
  withSharedOptions(program.command('evaluate').description('judge a model on what came after its training'))
    .option('--system <name>', 'one system; the first when absent')
    .option('--version <version>', 'a registered version such as v2; the champion when absent')
    .addHelpText('after', HELP)
    .action(evaluateCommand)
}

async function evaluateCommand(options: EvaluateCommandOptions): Promise<void> {
  const application = await loadApplication(options.app)
  const reader = openReader(application, { directory: options.dir, clock: Date.now })
  const bar = progressBar('evaluating')
  try {
    const name = options.system ?? Object.keys(application.systems)[0] ?? ''
    const { registry } = reader
    const version = options.version === undefined ? registry.champion(name) : registry.find(name, options.version)
    if (!version) {
      throw new SluiceError(
        'NO_MODEL',
        `evaluate: expected ${options.version ?? 'a champion'} of ${name}, got none; run sluice train first`,
      )
    }
    const judgement = await evaluateVersion(application, version, reader.log, registry, {
      seed: options.seed,
      onProgress: ({ done, total }) => bar.update(done, total),
    })
    bar.end()
    printResult(
      options.json,
      { system: name, version: version.version, modelHash: version.modelHash, ...judgement },
      () => [`${name} ${version.version} (${version.modelHash.slice(0, 12)})\n`, judgementText(judgement)].join('\n'),
    )
    if (judgement.ranking && !(judgement.ranking.gainOverPopular.low > 0)) {
      throw new WorkFailed('it does not order lists better than "popular" beyond chance')
    }
  } finally {
    bar.end()
    await reader.close()
  }
}
