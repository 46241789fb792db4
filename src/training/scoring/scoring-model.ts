import type { Imbalance, ScoringSystem } from '../../application/index.ts'
import { canonicalJson, SluiceError } from '../../foundation/index.ts'
import { type Calibrator, loadCalibrator, negativeSamplingOffset, type RowModel } from '../../models/index.ts'
import type { ModelPolicy } from '../../policy/index.ts'
import { loadRanker, overWholeRows } from '../../ranking/index.ts'
import type { Artifacts } from '../model-registry.ts'

/** Names of the artifacts of a version of a scoring system. */
const SCORER = 'scorer'
const CALIBRATOR = 'calibrator'
const POLICY = 'policy'

/** A fitted model of a scoring system with what makes a probability, and an action, of its score. */
export class ScoringModel {
  /** Scores and explains whole rows, all columns of the feature set; log-odds of the sample that it learnt from. */
  readonly model: RowModel
  /** How its probability becomes an action. */
  readonly policy: ModelPolicy
  readonly #calibrator: Calibrator
  readonly #offset: number
  readonly #score = new Float64Array(1)

  constructor(
    { imbalance }: Pick<ScoringSystem, 'imbalance'>,
    { model, calibrator, policy }: { model: RowModel; calibrator: Calibrator; policy: ModelPolicy },
  ) {
    this.model = model
    this.policy = policy
    this.#calibrator = calibrator
    this.#offset = imbalanceOffset(imbalance)
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

/**
 * Opens a version of a scoring system.
 *
 * @param columnNames - of the feature set, as the version's lineage has them
 * @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH`
 */
export function loadScoringModel(
  system: ScoringSystem,
  columnNames: readonly string[],
  artifacts: Artifacts,
): ScoringModel {
  const reader = { spec: system.model.spec, features: system.features, load: system.model.load }
  const own = loadRanker(reader, columnNames, artifactOf(artifacts, SCORER))
  return new ScoringModel(system, {
    model: overWholeRows(reader, columnNames, own),
    calibrator: loadCalibrator(artifactOf(artifacts, CALIBRATOR)),
    policy: JSON.parse(new TextDecoder().decode(artifactOf(artifacts, POLICY))) as ModelPolicy,
  })
}

/** The artifacts that {@link loadScoringModel} reads. */
export function saveScoringModel(parts: {
  /** Of the columns that the system's model reads. */
  readonly model: RowModel
  readonly calibrator: Calibrator
  readonly policy: ModelPolicy
}): Artifacts {
  return new Map([
    [SCORER, parts.model.save()],
    [CALIBRATOR, parts.calibrator.save()],
    [POLICY, new TextEncoder().encode(canonicalJson(parts.policy))],
  ])
}

function artifactOf(artifacts: Artifacts, name: string): Uint8Array {
  const bytes = artifacts.get(name)
  if (bytes) return bytes
  throw new SluiceError('MODEL_MISMATCH', `model: expected an artifact ${name}, got none; train again`)
}
