import type { Command } from 'commander'
import { requireSystem } from '../../application/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import type { Reader } from '../../serving/index.ts'
import { evaluateVersion, type ModelVersion } from '../../training/index.ts'
import { judgementText } from '../judgement-text.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { systemName, withReader } from '../with-reader.ts'

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

function evaluateCommand(options: EvaluateCommandOptions): Promise<void> {
  const { seed } = options
  return withReader(options, async (application, { log, registry }) => {
    const system = systemName(application, options.system)
    requireSystem(application, system)
    const version = requireVersion(registry, system, options.version)
    const judgement = await withProgress('evaluating', (update) =>
      evaluateVersion(application, version, log, registry, {
        seed,
        onProgress: ({ done, total }) => update(done, total),
      }),
    )
    const { version: name, modelHash } = version
    printResult(options.json, { system, version: name, modelHash, ...judgement }, () =>
      [`${system} ${name} (${modelHash.slice(0, 12)})\n`, judgementText(judgement)].join('\n'),
    )
    if (judgement.ranking && !(judgement.ranking.gainOverPopular.low > 0)) {
      throw new WorkFailed('it does not order lists better than "popular" beyond chance')
    }
  })
}

function requireVersion(registry: Reader['registry'], system: string, named: string | undefined): ModelVersion {
  const version = named === undefined ? registry.champion(system) : registry.find(system, named)
  if (version) return version
  const known = registry.versions(system).map(({ version: name }) => name)
  throw new SluiceError(
    'NO_MODEL',
    `evaluate: expected ${named ?? 'a champion'} of ${system}, got ${known.length > 0 ? `only ${known.join(', ')}` : 'none'}; run sluice train first`,
  )
}
