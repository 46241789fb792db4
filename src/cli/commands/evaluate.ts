import type { Command } from 'commander'
import { type Application, requireAnySystem, searchSystems } from '../../application/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { openOfflineSearch, type Reader } from '../../serving/index.ts'
import {
  evaluateScoringVersion,
  evaluateSearchVersion,
  evaluateVersion,
  type ModelVersion,
} from '../../training/index.ts'
import { judgementText } from '../judgement-text.ts'
import { printResult, WorkFailed, withProgress } from '../output.ts'
import { scoringText } from '../scoring-text.ts'
import { searchText } from '../search-text.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { systemName, withReader } from '../with-reader.ts'
import { JUDGEMENTS_HELP, type JudgementOptions, judgeSearch, withJudgementOptions } from './evaluate-judgements.ts'

interface EvaluateCommandOptions extends SharedOptions, JudgementOptions {
  readonly system?: string
  readonly version?: string
}

const HELP = `
Judges a version on everything that the log holds after the events it was made from. The exit code is 1 when it does not
order lists better than "popular", or events better than one rate for all, beyond chance.

Examples:
  sluice evaluate --app application.ts
  sluice evaluate --app movies --system home --version v2 --json
${JUDGEMENTS_HELP}`

export function addEvaluate(program: Command): void {
  const command = withSharedOptions(
    program.command('evaluate').description('judge a model on what came after its training, or search on judgements'),
  )
    .option('--system <name>', 'one system; the first when absent')
    .option('--version <version>', 'a registered version such as v2; the champion when absent')
  withJudgementOptions(command).addHelpText('after', HELP).action(evaluateCommand)
}

function evaluateCommand(options: EvaluateCommandOptions, command: Command): Promise<void> {
  const { judgements } = options
  if (judgements !== undefined) return judgeSearchOf({ ...options, judgements }, command)
  requireNoJudgementOptions(options)
  return withReader(options, async (application, reader) => {
    const system = systemName(application, options.system)
    const { task } = requireAnySystem(application, system)
    const version = requireVersion(reader.registry, system, options.version)
    const { modelHash } = version
    const print = (judgement: object, text: string): void =>
      printResult(options.json, { system, version: version.version, modelHash, ...judgement }, () =>
        [`${system} ${version.version} (${modelHash.slice(0, 12)})\n`, text].join('\n'),
      )
    const context: Judging = { application, reader, version, seed: options.seed }
    const judge = { ranking: judgeRanks, classification: judgeScores, search: judgeSearches }[task]
    const fault = await judge(context, print)
    if (fault) throw new WorkFailed(fault)
  })
}

/** Judges a file, a search of documents, or where an application is named its system that searches. */
function judgeSearchOf(
  options: EvaluateCommandOptions & { readonly judgements: string },
  command: Command,
): Promise<void> {
  const isNamed = command.getOptionValueSource('app') === 'cli'
  if (!isNamed || options.run !== undefined || options.documents !== undefined) return judgeSearch(options)
  return withReader(options, (application, reader) => {
    const system = options.system ?? searchSystems(application)[0]?.[0] ?? systemName(application, undefined)
    const search = openOfflineSearch(application, reader, system, options.version)
    return judgeSearch(options, {
      name: `${system} ${options.version ?? reader.registry.champion(system)?.version ?? ''}`.trim(),
      search,
    })
  })
}

/** What is asked of a run of search would else be passed over in silence. */
function requireNoJudgementOptions({ queries, documents, run, against, gate, maxLoss }: EvaluateCommandOptions): void {
  if ([queries, documents, run, against, gate, maxLoss].every((value) => value === undefined)) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    'evaluate: expected --judgements beside --queries, --documents, --run, --against, --gate and --max-loss, got none; name the file',
  )
}

interface Judging {
  readonly application: Application
  readonly reader: Reader
  readonly version: ModelVersion
  readonly seed: number
}

type Print = (judgement: object, text: string) => void

/** @returns what is wrong with the version, in words */
async function judgeRanks({ application, reader, version, seed }: Judging, print: Print): Promise<string | undefined> {
  const judgement = await withProgress('evaluating', (update) =>
    evaluateVersion(application, version, reader.log, reader.registry, {
      seed,
      onProgress: ({ done, total }) => update(done, total),
    }),
  )
  print(judgement, judgementText(judgement))
  if (!judgement.ranking || judgement.ranking.gainOverPopular.low > 0) return undefined
  return 'it does not order lists better than "popular" beyond chance'
}

/** @returns as {@link judgeRanks} */
async function judgeSearches({ application, reader, version, seed }: Judging, print: Print) {
  const judgement = await withProgress('evaluating', (update) =>
    evaluateSearchVersion(application, version, reader.log, reader.registry, {
      seed,
      onProgress: ({ done, total }) => update(done, total),
    }),
  )
  print(judgement, searchText(judgement))
  const { search } = judgement
  if (!search || search.ranking.gainOverText.low > 0) return undefined
  return 'it does not order searches better than their text beyond chance'
}

async function judgeScores({ application, reader, version, seed }: Judging, print: Print): Promise<string | undefined> {
  const judgement = await withProgress('evaluating', async (update) =>
    evaluateScoringVersion(application, version, reader.log, reader.registry, {
      seed,
      onProgress: ({ done, total }) => update(done, total),
    }),
  )
  print(judgement, scoringText(judgement))
  if (!judgement.scoring || judgement.scoring.gainOverConstant.low > 0) return undefined
  return 'it does not order events better than one rate for all beyond chance'
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
