import { isSluiceError } from '../foundation/index.ts'
import { fitPlatt, type RowModel } from '../models/index.ts'
import { throwFaults } from '../problem/index.ts'
import type { Ranker, RankerExamples } from './ranker.ts'
import { type FittedObjective, loadValueModel, ValueModel } from './value-model.ts'

interface ValueRankerOptions<Name extends string> {
  /** A ranker an objective, which learns its own label; all from the same examples. */
  readonly objectives: Readonly<Record<Name, Ranker>>
  /** What the probability 1 of each objective is worth: the public formula of the score. */
  readonly value: Readonly<Record<NoInfer<Name>, number>>
  /** The objective that counts as the label of the system: for the cut of the log, the gate and the click-through. */
  readonly main: NoInfer<Name>
}

/** Scores that say nothing about the main label still keep their order. */
const LEAST_SLOPE = 1e-3

/**
 * Ranks by what several things are worth together: the sum over the objectives of weight times calibrated probability.
 * The weights are for people to decide; they stand in the decision, and every score is explained by objective.
 *
 * @throws SluiceError `INVALID_APPLICATION` when an objective has no finite weight, reads other examples or features
 * than the rest, or is a value itself
 */
export function valueRanker<Name extends string>({ objectives, value, main }: ValueRankerOptions<Name>): Ranker {
  const entries = Object.entries<Ranker>(objectives)
  const weights: Readonly<Record<string, number>> = value
  const first = objectives[main]
  throwFaults('value ranker', valueFaults(entries, weights, main))
  return {
    spec: { kind: 'value', main, value, objectives: entries.map(([name, { spec }]) => [name, spec]) },
    label: first.label,
    examples: first.examples,
    objectives: Object.fromEntries(entries.map(([name, { label }]) => [name, label])),
    value: weights,
    fit: (examples, seed) => {
      const fitted = entries.map(([name, ranker]): FittedObjective => {
        const own = { ...examples, labels: examples.objectiveLabels?.[name] ?? examples.labels }
        return {
          name,
          weight: weights[name]!,
          rate: rateOf(own),
          model: fitObjective(ranker, own, seed, name === main),
        }
      })
      return fitCurve(main, fitted, examples)
    },
    load: loadValueModel,
  }
}

function valueFaults(
  entries: readonly (readonly [string, Ranker])[],
  value: Readonly<Record<string, number>>,
  main: string,
): string[] {
  const examples = JSON.stringify(entries.find(([name]) => name === main)?.[1].examples)
  return [
    ...(examples === undefined ? [`main: expected an objective, got ${main}`] : []),
    ...entries
      .filter(([name]) => !Number.isFinite(value[name]))
      .map(([name]) => `value.${name}: expected a finite weight, got ${value[name]}`),
    ...Object.keys(value)
      .filter((name) => !entries.some(([known]) => known === name))
      .map((name) => `value.${name}: there is no such objective`),
    ...entries.flatMap(([name, ranker]) => [
      ...(JSON.stringify(ranker.examples) === examples
        ? []
        : [`${name}: expected the examples of ${main}, got others`]),
      ...(ranker.features ? [`${name}: expected a ranker that reads all features, got one of some`] : []),
      ...(ranker.objectives ? [`${name}: expected a ranker of one label, got a value`] : []),
      ...(ranker.positions ? [`${name}: expected a ranker to which a position is a feature, got one from clicks`] : []),
    ]),
  ]
}

/** Rare things may not have happened yet, and count as their rate until they have; the main label has to be there. */
function fitObjective(ranker: Ranker, examples: RankerExamples, seed: number, isMain: boolean): RowModel | undefined {
  try {
    return ranker.fit(examples, seed)
  } catch (error) {
    if (!isMain && isSluiceError(error, 'ONE_CLASS_ONLY')) return undefined
    throw error
  }
}

/** The share of positive rows, drawn towards a half by one row of each kind. */
function rateOf({ labels, weights, rowCount }: RankerExamples): number {
  let [positive, all] = [1, 2]
  for (let row = 0; row < rowCount; row++) {
    const weight = weights?.[row] ?? 1
    all += weight
    if (labels[row]! > 0) positive += weight
  }
  return positive / all
}

function fitCurve(main: string, objectives: readonly FittedObjective[], examples: RankerExamples): ValueModel {
  const { rows, rowCount, featureCount, labels, weights } = examples
  const raw = new ValueModel({ featureCount, main, objectives, slope: 1, intercept: 0 })
  const scores = new Float64Array(rowCount)
  raw.scoreRows(rows, rowCount, scores)
  const { slope, intercept } = fitPlatt({ scores, labels, ...(weights ? { weights } : {}) })
  return new ValueModel({ featureCount, main, objectives, slope: Math.max(LEAST_SLOPE, slope), intercept })
}
