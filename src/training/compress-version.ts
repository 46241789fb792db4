import { type Application, requireAnySystem } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { compressRanker } from './compress-ranker.ts'
import type { Compress, CompressionTask, CompressOptions } from './compression-task.ts'
import { type CompressionFigures, type CompressionTrial, compressionTrial, timeModels } from './compression-trial.ts'
import type { Lineage, ModelRegistry, ModelVersion } from './model-registry.ts'
import { compressScorer } from './scoring/compress-scorer.ts'
import { requireSameSystem, requireUnchanged } from './train-system.ts'

export interface CompressionResult extends Pick<CompressionTask, 'heldOut' | 'metric'> {
  /** The version that was compressed. */
  readonly from: string
  readonly original: CompressionFigures
  readonly trials: readonly CompressionTrial[]
  /** The smallest that holds; the version that it became, unless only a report was asked for. */
  readonly chosen: string | undefined
  readonly version: ModelVersion | undefined
}

const MAX_LOSS = 0.002

/**
 * Makes the model of a version smaller in several ways and judges each on what the log holds after the events that it
 * learnt from: bytes, time, and quality overall and by segment; of a ranking system NDCG@10, of a scoring system average
 * precision, with AUC and log loss beside it. The smallest that is not slower and loses no more than is allowed becomes a
 * version of its own and is promoted.
 *
 * @throws SluiceError `MODEL_MISMATCH` when the model is no ensemble of trees, or was made for another definition of the
 * system; `NO_TRAINING_DATA` when nothing is left to judge on; `LOG_REWRITTEN` when records were removed meanwhile;
 * `WRONG_TASK` for a system that searches
 */
export async function compressVersion(
  application: Application,
  version: ModelVersion,
  log: EventLog,
  registry: ModelRegistry,
  options: CompressOptions,
): Promise<CompressionResult> {
  const { generation } = log
  const compress = compressionOf(application, version)
  const task = await compress(application, version, log, registry.artifacts(version), options)
  const { heldOut, metric, candidates } = task
  const { original, trials } = judgeCandidates(task, options)
  const best = trials.filter(({ holds }) => holds).sort((a, b) => a.bytes - b.bytes)[0]
  const chosen = candidates.find(({ name }) => name === best?.name)
  const result = { from: version.version, heldOut, metric, original, trials, chosen: chosen?.name }
  if (chosen === undefined || options.reportOnly === true) return { ...result, version: undefined }
  requireUnchanged(log, generation, 'compress')
  const made = registry.register(
    { ...lineageOf(version), metrics: { compression: { from: version.version, original, chosen: best } } },
    chosen.artifacts(),
    options.nowMs,
  )
  registry.promote(version.system, made.version)
  return { ...result, version: made }
}

function compressionOf(application: Application, version: ModelVersion): Compress {
  const system = requireAnySystem(application, version.system)
  if (system.task === 'search') {
    const message = `compress ${version.system}: expected a system that ranks or scores, got one that searches; name another`
    throw new SluiceError('WRONG_TASK', message)
  }
  requireSameSystem(application, system, version)
  return system.task === 'ranking' ? compressRanker : compressScorer
}

function judgeCandidates(
  { candidates, metric, timed }: CompressionTask,
  { maxLoss = MAX_LOSS, clockMicros }: CompressOptions,
): { original: CompressionFigures; trials: CompressionTrial[] } {
  const models = candidates.map(({ model }) => model)
  const micros = timeModels(models, timed, clockMicros)
  const judged = candidates.map(({ name, model, judge }, index) => {
    const { quality, lost } = judge()
    return { figures: { name, bytes: model.save().length, micros: micros[index]!, quality }, lost }
  })
  const original = judged[0]!.figures
  const trials = judged
    .slice(1)
    .map(({ figures, lost }) => compressionTrial(figures, original, lost, { metric, maxLoss }))
  return { original, trials }
}

function lineageOf(version: ModelVersion): Omit<Lineage, 'metrics'> {
  const {
    version: _name,
    modelHash: _hash,
    registeredAt: _at,
    artifacts: _files,
    metrics: _judged,
    ...lineage
  } = version
  return lineage
}
