import { type Application, hashOfSystem, requireSearchSystem, type SearchSystem } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { type HelpingRanker, type Ranker, ripeAfterMs } from '../../ranking/index.ts'
import type { RefusedRanker } from '../choose-ranker.ts'
import type { Examples } from '../example-set.ts'
import { LogSurvey } from '../log-survey.ts'
import { type ModelRegistry, type ModelVersion, rankingSplits, type ServingRanker } from '../model-registry.ts'
import type { GateResult } from '../promotion-gate.ts'
import { championRanker, fitRankers, loadRankers, saveRankers, servingRanker, wholeRankers } from '../system-rankers.ts'
import { passReporter, requireSameSystem, requireUnchanged, summarise, type TrainOptions } from '../train-system.ts'
import { judgeSearch, type SearchJudgement, searchGate } from './judge-search.ts'
import { propensitiesOfRows, type SearchClickBias, searchClickBias } from './search-click-bias.ts'
import { type SearchExamples, SearchReplay, type SearchReplayOptions } from './search-replay.ts'

/** The share of the labels that the ranker learns from; the newest rest judges it. */
const RANKER_SHARE = 0.8
const FEWEST_LABELS = 10
const MAX_LISTS = 25_000

export interface SearchTrainingResult {
  readonly version: ModelVersion
  readonly judgement: { readonly search: SearchJudgement | undefined }
  readonly gate: GateResult
  readonly promoted: boolean
  /** The main ranker, when it did not pass the gate and the fallback serves in its place. */
  readonly refused?: Pick<RefusedRanker, 'reasons'>
  /** What positions do to clicks, where a ranker was corrected for it. */
  readonly clickBias?: SearchClickBias
  readonly examples: {
    readonly rows: number
    readonly positives: number
    readonly immature: number
    /** Impressions that the text of their query does not find. */
    readonly notFound: number
  }
}

/**
 * Learns how what a query finds is ordered from the impressions and labels of the log, judges it on the newest searches,
 * registers it and, when the gate holds, promotes it. State and index are replayed together, so that a row says what was
 * known, and what could be found, at its own moment.
 *
 * @throws SluiceError `NO_TRAINING_DATA` when there is too little to cut, or the system has no ranking; `ONE_CLASS_ONLY`
 * when no example is positive, `LOG_REWRITTEN` when records were removed meanwhile
 * @remarks Two passes over the log; every search of the sample costs a search.
 */
export async function trainSearchSystem(
  application: Application,
  name: string,
  log: EventLog,
  registry: ModelRegistry,
  options: TrainOptions,
): Promise<SearchTrainingResult> {
  const system = requireSearchSystem(application, name)
  const ranking = requireRanking(name, system)
  const { seed, force = false } = options
  const { generation } = log
  const until = options.untilOffset ?? log.head
  const { replay, rankerUntil } = openReplay(application, { system, ranking }, log, { ...options, untilOffset: until })
  const { columnNames } = replay.rows
  const training = replay.collectTo(rankerUntil)
  const examples = matureExamples(replay, ranking, training)
  requireRows(examples)
  const parts = rankingParts(system, ranking)
  const clickBias = isCorrected(system) ? searchClickBias(examples, training.queries, { regress: true }) : undefined
  const fitted = fitRankers(parts, columnNames, withPropensities(examples, clickBias), seed)
  const rankers = wholeRankers(parts, columnNames, fitted)
  const champion = championRanker(registry, name, parts, columnNames)
  const held = replay.collectTo(until)
  const test = matureExamples(replay, ranking, held)
  const trial = (serves: ServingRanker) => {
    const model = servingRanker({ serves }, rankers)
    const shown = withPropensities(test, servingPart(parts, serves)?.positions && clickBias)
    const judgement = model && judgeSearch(shown, held.queries, model, { seed, champion })
    return { serves, judgement, gate: searchGate(judgement, system.problem.guardrails) }
  }
  const own = trial('ranker')
  const instead = own.gate.holds || force || !rankers.fallback ? undefined : trial('fallback')
  const { serves, judgement, gate } = instead?.gate.holds ? instead : own
  const refused = serves === 'fallback' ? { reasons: own.gate.reasons } : undefined
  const lineage = {
    system: name,
    offsets: { from: 1, until },
    splits: { retrievalUntil: 0, rankerUntil },
    seed,
    featureHash: application.features.hash,
    systemHash: hashOfSystem(application, system),
    columnNames,
    codeVersion: options.codeVersion,
    serves,
    ...(clickBias ? { clickBias } : {}),
    metrics: { search: judgement, gate, ...(refused ? { refused } : {}) },
  }
  requireUnchanged(log, generation)
  const version = registry.register(lineage, saveRankers(parts, fitted), options.nowMs)
  const promoted = gate.holds || force
  if (promoted) registry.promote(name, version.version)
  const summary = { ...summarise(examples), notFound: training.notFound }
  return {
    version,
    judgement: { search: judgement },
    gate,
    promoted,
    examples: summary,
    ...(clickBias ? { clickBias } : {}),
    ...(refused ? { refused } : {}),
  }
}

/**
 * Judges a registered version on what the log holds after its ranker's last offset.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the version was made for another definition of the system
 */
export async function evaluateSearchVersion(
  application: Application,
  version: ModelVersion,
  log: EventLog,
  registry: ModelRegistry,
  options: Pick<TrainOptions, 'seed' | 'untilOffset' | 'onProgress'>,
): Promise<SearchTrainingResult['judgement']> {
  const system = requireSearchSystem(application, version.system)
  requireSameSystem(application, system, version)
  const ranking = requireRanking(version.system, system)
  const { replay } = openReplay(application, { system, ranking }, log, options)
  replay.skipTo(rankingSplits(version).rankerUntil)
  const held = replay.collectTo(options.untilOffset ?? log.head)
  const test = matureExamples(replay, ranking, held)
  const parts = rankingParts(system, ranking)
  const model = servingRanker(version, loadRankers(parts, version.columnNames, registry.artifacts(version)))
  const shown = withPropensities(test, servingPart(parts, version.serves ?? 'ranker')?.positions && version.clickBias)
  return { search: model && judgeSearch(shown, held.queries, model, { seed: options.seed }) }
}

/** A replay at the log's start, and the offset at which the ranker has learnt enough. */
function openReplay(
  application: Application,
  { system, ranking }: { system: SearchSystem; ranking: Ranker },
  log: EventLog,
  options: Pick<TrainOptions, 'seed' | 'untilOffset' | 'onProgress'>,
): { replay: SearchReplay; rankerUntil: number } {
  const until = options.untilOffset ?? log.head
  const report = passReporter(until, options)
  const { subject, documents: item } = system
  const { label, examples } = ranking
  const plan = { schema: application.schema, subject, item, label, examples, meetings: [] }
  const { labelOffsets, listCount } = new LogSurvey(log, until, plan, report('survey'))
  if (labelOffsets.length < FEWEST_LABELS) {
    throw new SluiceError(
      'NO_TRAINING_DATA',
      `training: expected at least ${FEWEST_LABELS} ${label.event} events that count as a label, got ${labelOffsets.length}; import more events first`,
    )
  }
  const limits: SearchReplayOptions = {
    seed: options.seed,
    maxLists: MAX_LISTS,
    expectedLists: listCount,
    onRecord: report('replay'),
  }
  const rankerUntil = labelOffsets[Math.floor(labelOffsets.length * RANKER_SHARE)]!
  return { replay: new SearchReplay(application, system, log, until, limits), rankerUntil }
}

function matureExamples(replay: SearchReplay, ranking: Ranker, { set }: SearchExamples): Examples {
  return set.finish(replay.state.newestMs - ripeAfterMs(ranking))
}

/** Whether a ranker of the system learns from clicks without their places. */
function isCorrected({ ranking, fallback }: SearchSystem): boolean {
  return ranking?.positions === 'corrected' || fallback?.positions === 'corrected'
}

function servingPart(parts: ReturnType<typeof rankingParts>, serves: ServingRanker): HelpingRanker | undefined {
  return serves === 'fallback' ? parts.fallback : parts.ranking
}

function withPropensities(examples: Examples, bias: SearchClickBias | undefined): Examples {
  return bias ? { ...examples, propensities: propensitiesOfRows(examples, bias) } : examples
}

function rankingParts({ fallback }: SearchSystem, ranking: Ranker) {
  return { ranking, ...(fallback ? { fallback } : {}) }
}

function requireRanking(name: string, { ranking }: SearchSystem): Ranker {
  if (ranking) return ranking
  throw new SluiceError(
    'NO_TRAINING_DATA',
    `training ${name}: expected a system with a ranking, got one that ranks by the text alone; there is nothing to learn`,
  )
}

function requireRows({ rowCount }: Examples): void {
  if (rowCount > 0) return
  throw new SluiceError(
    'NO_TRAINING_DATA',
    'training: expected impressions of logged queries that their text finds, got none; import queries and impressions too',
  )
}
