import { randomFrom, SluiceError } from '../../foundation/index.ts'
import { type FeatureBins, isTrivial } from './feature-bins.ts'
import type { ValueBounds } from './split.ts'
import type { TrainingSettings } from './training-options.ts'
import { requireCount, requireFeature } from './tree-rows.ts'

/** What a feature may do at a leaf, as the kernels read it. */
const IDLE = 0
const NUMERICAL = 1
const NUMERICAL_MISSING = 2
const CATEGORICAL = 3

/** Which features a tree may split on, where, and which way. */
export interface FeatureRules {
  /** Those that this tree may split on. */
  readonly categorical: readonly number[]
  /** Writes what every feature may do below the features of a path. */
  writeKinds(kinds: Uint8Array, start: number, path: readonly number[]): void
  /** The bounds of the two sides of a split. */
  childBounds(bounds: ValueBounds, feature: number, left: number, right: number): [ValueBounds, ValueBounds]
}

/** Rules of every tree, and of one tree, whose features are drawn. */
export class TrainingRules {
  readonly isConstrained: boolean
  readonly #kinds: Uint8Array
  readonly #settings: TrainingSettings
  readonly #groups: readonly ReadonlySet<number>[] | undefined

  /** @throws SluiceError `SHAPE_MISMATCH`, `INVALID_ARGUMENT` at constraints on features that do not exist or fit */
  constructor(bins: readonly FeatureBins[], settings: TrainingSettings) {
    this.#settings = settings
    this.#kinds = Uint8Array.from(bins, kindOf)
    this.#groups = groupsOf(settings.interactions, bins.length)
    this.isConstrained = requireMonotone(settings.monotone, bins)
  }

  /** Whether any feature can split at all. */
  get canSplit(): boolean {
    return this.#kinds.some((kind) => kind !== IDLE)
  }

  /** -1, 0 or 1. */
  directionOf(feature: number): number {
    return this.#settings.monotone?.[feature] ?? 0
  }

  ofTree(tree: number): FeatureRules {
    const kinds = this.#drawn(tree)
    const groups = this.#groups
    return {
      categorical: [...kinds.keys()].filter((feature) => kinds[feature] === CATEGORICAL),
      writeKinds(out, start, path) {
        out.set(kinds, start)
        if (!groups) return
        const open = groups.filter((group) => path.every((feature) => group.has(feature)))
        kinds.forEach((_, feature) => {
          if (!open.some((group) => group.has(feature))) out[start + feature] = IDLE
        })
      },
      childBounds: (bounds, feature, left, right) =>
        this.isConstrained ? boundsBelow(bounds, this.directionOf(feature), left, right) : [bounds, bounds],
    }
  }

  #drawn(tree: number): Uint8Array {
    const { featureFraction, seed } = this.#settings
    if (featureFraction === 1) return this.#kinds
    const able = [...this.#kinds.keys()].filter((feature) => this.#kinds[feature] !== IDLE)
    const count = Math.max(1, Math.round(able.length * featureFraction))
    const kept = new Set(randomFrom(seed, 'features of a tree', tree).shuffle(able).slice(0, count))
    return this.#kinds.map((kind, feature) => (kept.has(feature) ? kind : IDLE))
  }
}

function kindOf(bins: FeatureBins): number {
  if (isTrivial(bins)) return IDLE
  if (bins.kind === 'categorical') return CATEGORICAL
  return bins.hasMissing ? NUMERICAL_MISSING : NUMERICAL
}

/** LightGBM's basic method: the sides of a split on a monotone feature are kept apart at the middle of their values. */
function boundsBelow(bounds: ValueBounds, direction: number, left: number, right: number): [ValueBounds, ValueBounds] {
  if (direction === 0) return [bounds, bounds]
  const middle = (left + right) / 2
  const below = { lower: bounds.lower, upper: middle }
  const above = { lower: middle, upper: bounds.upper }
  return direction > 0 ? [below, above] : [above, below]
}

function groupsOf(
  interactions: readonly (readonly number[])[] | undefined,
  featureCount: number,
): readonly ReadonlySet<number>[] | undefined {
  if (!interactions) return undefined
  for (const feature of interactions.flat()) requireFeature('interactions', feature, featureCount)
  const named = new Set(interactions.flat())
  const alone = Array.from({ length: featureCount }, (_, feature) => feature).filter((feature) => !named.has(feature))
  return [...interactions.map((group) => new Set(group)), ...alone.map((feature) => new Set([feature]))]
}

function requireMonotone(monotone: ArrayLike<number> | undefined, bins: readonly FeatureBins[]): boolean {
  if (!monotone) return false
  requireCount('monotone directions', bins.length, monotone.length)
  bins.forEach((feature, index) => {
    const direction = monotone[index]
    if (direction === 0) return
    if ((direction === 1 || direction === -1) && feature.kind === 'numerical') return
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `monotone direction of feature ${index}: expected -1, 0 or 1, and 0 for categories, got ${direction}`,
    )
  })
  return Array.from(monotone).some((direction) => direction !== 0)
}
