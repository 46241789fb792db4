import type { Imbalance, ScoringSystem } from '../../application/index.ts'
import { canonicalJson, SluiceError } from '../../foundation/index.ts'
import { type Calibrator, loadCalibrator, negativeSamplingOffset, type RowModel } from '../../models/index.ts'
import type { ModelPolicy } from '../../policy/index.ts'
import { loadRanker, overWholeRows } from '../../ranking/index.ts'
import type { Artifacts } from '../model-registry.ts'

/** Names of the artifacts of a version of a scoring system. */
const SCORER = 'scorer'
const CALIBRATOR = 'calibrator'
const SETTINGS = 'scoring'

/** What is kept of a model of a scoring system beside its trees or weights. */
export interface ScoringSettings {
  /** The columns that the model reads, by name. */
  readonly columns: readonly string[]
  /** What is added to its log-odds, because it learnt from other shares of the classes than there are. */
  readonly offset: number
  readonly policy: ModelPolicy
}

/** A fitted model of a scoring system with what makes a probability, and an action, of its score. */
export class ScoringModel {
  /** Scores and explains whole rows, all columns of the feature set: log-odds in the sample that it learnt from. */
  readonly model: RowModel
  /** How its probability becomes an action. */
  readonly policy: ModelPolicy
  readonly #calibrator: Calibrator
  readonly #offset: number
  readonly #score = new Float64Array(1)

  constructor(model: RowModel, calibrator: Calibrator, { offset, policy }: Omit<ScoringSettings, 'columns'>) {
    this.model = model
    this.policy = policy
    this.#calibrator = calibrator
    this.#offset = offset
  }

  /** The calibrated probability that belongs to a score of {@link model}, in [0, 1]. */
  probability(score: number): number {
    return this.#calibrator.probability(score + this.#offset)
  }

  /** The calibrated probability of one row of all columns. */
  probabilityOf(row: Float64Array): number {
    this.model.scoreRows(row, 1, this.#score)
    return this.probability(this.#score[0]!)
  }
}

/** What is added to the log-odds of a model that learnt from other shares of the classes than there are. */
export function imbalanceOffset(imbalance: Imbalance | undefined): number {
  if (imbalance === undefined) return 0
  return imbalance.kind === 'undersample' ? negativeSamplingOffset(imbalance.share) : -Math.log(imbalance.positive)
}

/** The parts of a version of a scoring system. */
export interface ScoringParts {
  /** Scores rows of its own columns. */
  readonly own: RowModel
  /** The same over whole rows, all columns of the feature set. */
  readonly model: RowModel
  readonly calibrator: Calibrator
  readonly settings: ScoringSettings
}

/**
 * Opens a version of a scoring system.
 *
 * @param columnNames - of the feature set
 * @throws SluiceError `MODEL_CORRUPT`; `MODEL_MISMATCH` when the model is of another kind or reads other columns
 */
export function loadScoringModel(
  system: Pick<ScoringSystem, 'model'>,
  columnNames: readonly string[],
  artifacts: Artifacts,
): ScoringModel {
  const { model, calibrator, settings } = loadScoringParts(system, columnNames, artifacts)
  return new ScoringModel(model, calibrator, settings)
}

/** As {@link loadScoringModel}, in parts. */
export function loadScoringParts(
  { model }: Pick<ScoringSystem, 'model'>,
  columnNames: readonly string[],
  artifacts: Artifacts,
): ScoringParts {
  const settings = readSettings(artifactOf(artifacts, SETTINGS))
  const unknown = settings.columns.filter((name) => !columnNames.includes(name))
  if (unknown.length > 0) {
    const message = `model: expected one of columns that there are, got one that reads ${unknown.join(', ')}; train again`
    throw new SluiceError('MODEL_MISMATCH', message)
  }
  const reader = { features: settings.columns, load: (bytes: Uint8Array) => model.load(bytes) }
  const own = loadRanker(reader, columnNames, artifactOf(artifacts, SCORER))
  const calibrator = loadCalibrator(artifactOf(artifacts, CALIBRATOR))
  return { own, model: overWholeRows(reader, columnNames, own), calibrator, settings }
}

/**
 * The artifacts that {@link loadScoringModel} reads.
 *
 * @param model - of its own columns, as it was fitted
 */
export function saveScoringModel(model: RowModel, calibrator: Calibrator, settings: ScoringSettings): Artifacts {
  return new Map([
    [SCORER, model.save()],
    [CALIBRATOR, calibrator.save()],
    [SETTINGS, new TextEncoder().encode(canonicalJson(settings))],
  ])
}

function readSettings(bytes: Uint8Array): ScoringSettings {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as ScoringSettings
  } catch (cause) {
    throw new SluiceError('MODEL_CORRUPT', 'model: expected its settings as JSON, got something else; train again', {
      cause,
    })
  }
}

function artifactOf(artifacts: Artifacts, name: string): Uint8Array {
  const bytes = artifacts.get(name)
  if (bytes) return bytes
  throw new SluiceError('MODEL_MISMATCH', `model: expected an artifact ${name}, got none; train again`)
}
