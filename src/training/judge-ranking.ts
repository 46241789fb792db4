import {
  bootstrap,
  bootstrapMean,
  bootstrapMeanDifference,
  brierScore,
  calibrationError,
  type Interval,
  logLoss,
  ndcgByQuery,
  resampledRocAuc,
  rocAuc,
} from '../evaluation/index.ts'
import { hashInteger } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import { atNeutralPosition, ValueModel } from '../ranking/index.ts'
import type { Examples } from './example-set.ts'

const AUC_SAMPLES = 200
const TOP = 10

/** How one way of scoring orders the lists that people saw. */
export interface RankingQuality {
  readonly auc: Interval | null
  readonly ndcgAt10: Interval
}

/** How well the probability of one objective is known. */
export interface ObjectiveQuality {
  readonly positives: number
  /** Null when all rows are of one kind. */
  readonly auc: number | null
  readonly logLoss: number
  readonly calibrationError: number
}

/** A ranker on held-out lists, beside what it has to beat. Intervals are bootstrapped by subject. */
export interface RankingJudgement {
  readonly rows: number
  readonly lists: number
  readonly positives: number
  readonly model: RankingQuality & {
    readonly logLoss: number
    readonly brier: number
    readonly calibrationError: number
  }
  /** Each objective of a value ranker, at the places where things stood. */
  readonly objectives?: Readonly<Record<string, ObjectiveQuality>>
  readonly popular: RankingQuality
  readonly random: RankingQuality
  /** NDCG@10 of the model minus that of "popular", list by list. */
  readonly gainOverPopular: Interval
  /** The same against the champion of the day; absent without one that reads the same columns. */
  readonly gainOverChampion?: Interval
}

export interface JudgeOptions {
  readonly seed: number
  /** What serves today, over the same columns. */
  readonly champion?: RowModel | undefined
}

/**
 * Judges a ranker on held-out lists. Immature lists are left out.
 *
 * @param all - with propensities where the model is one of rows at the top
 *
 * @returns undefined when no list has both a positive and a negative row
 */
export function judgeRanking(all: Examples, model: RowModel, options: JudgeOptions): RankingJudgement | undefined {
  const test = matureLists(all)
  if (!test.labels.includes(1) || !test.labels.includes(0)) return undefined
  const { seed, champion } = options
  // People chose among what stood in its place; the order that is judged is that of a request.
  const asked = { ...test, rows: atNeutralPosition(test.rows, test.columnNames) }
  const scores = scoresOf(model, asked)
  const probabilities =
    model instanceof ValueModel
      ? model.mainProbabilities(test.rows, test.rowCount)
      : scoresOf(model, test).map((score, row) => model.response(score) * (test.propensities?.[row] ?? 1))
  const clusters = denseClusters(test.subjects)
  const listSubjects = denseClusters(Int32Array.from(test.starts.slice(0, -1), (start) => test.subjects[start]!))
  const listed = (values: Float64Array): Float64Array => ndcg(test, values)
  const quality = (values: Float64Array): RankingQuality => ({
    auc: bootstrap(clusters.count, resampledRocAuc(test.labels, values, clusters.ids), { seed, samples: AUC_SAMPLES }),
    ndcgAt10: bootstrapMean(listed(values), { seed, clusters: listSubjects.ids }),
  })
  const gain = (over: Float64Array): Interval =>
    bootstrapMeanDifference(listed(scores), listed(over), { seed, clusters: listSubjects.ids })
  return {
    rows: test.rowCount,
    lists: test.starts.length - 1,
    positives: test.labels.reduce((sum, label) => sum + label, 0),
    model: {
      ...quality(scores),
      logLoss: logLoss(test.labels, probabilities),
      brier: brierScore(test.labels, probabilities),
      calibrationError: calibrationError(test.labels, probabilities),
    },
    ...(model instanceof ValueModel ? { objectives: judgeObjectives(test, model) } : {}),
    popular: quality(test.popularity),
    random: quality(lots(test.rowCount, seed)),
    gainOverPopular: gain(test.popularity),
    ...(champion ? { gainOverChampion: gain(scoresOf(champion, asked)) } : {}),
  }
}

function judgeObjectives(test: Examples, model: ValueModel): Record<string, ObjectiveQuality> {
  const judged = model.objectives.map(({ name }, index): [string, ObjectiveQuality] => {
    const labels = test.objectiveLabels[name] ?? test.labels
    const probabilities = model.probabilities(index, test.rows, test.rowCount)
    const positives = labels.reduce((sum, label) => sum + label, 0)
    const hasBoth = positives > 0 && positives < labels.length
    return [
      name,
      {
        positives,
        auc: hasBoth ? rocAuc(labels, probabilities) : null,
        logLoss: logLoss(labels, probabilities),
        calibrationError: calibrationError(labels, probabilities),
      },
    ]
  })
  return Object.fromEntries(judged)
}

function ndcg(test: Examples, scores: Float64Array): Float64Array {
  return ndcgByQuery(test.labels, scores, test.starts, { k: TOP, whenNoneRelevant: Number.NaN })
}

function scoresOf(model: RowModel, { rows, rowCount }: Examples): Float64Array {
  const scores = new Float64Array(rowCount)
  model.scoreRows(rows, rowCount, scores)
  return scores
}

function lots(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => hashInteger(row, seed) >>> 0)
}

/** The lists whose window is closed; all rows of a list weigh the same. */
function matureLists(all: Examples): Examples {
  return takeLists(all, (list) => all.weights[all.starts[list]!] === 1)
}

/** The lists that hold, in their order. */
export function takeLists(all: Examples, holds: (list: number) => boolean): Examples {
  const { featureCount: width } = all
  const lists = [...all.starts.keys()].slice(0, -1).filter(holds)
  const starts = new Uint32Array(lists.length + 1)
  const isTaken = new Uint8Array(all.rowCount)
  lists.forEach((list, index) => {
    starts[index + 1] = starts[index]! + all.starts[list + 1]! - all.starts[list]!
    isTaken.fill(1, all.starts[list]!, all.starts[list + 1]!)
  })
  const rowCount = starts[lists.length]!
  const rows = new Float64Array(rowCount * width)
  lists.forEach((list, index) => {
    rows.set(all.rows.subarray(all.starts[list]! * width, all.starts[list + 1]! * width), starts[index]! * width)
  })
  const taken = (_: number, row: number): boolean => isTaken[row] === 1
  const labelsOf = ([name, labels]: [string, Float64Array]) => [name, labels.filter(taken)] as const
  return {
    rows,
    columnNames: all.columnNames,
    objectiveLabels: Object.fromEntries(Object.entries(all.objectiveLabels).map(labelsOf)),
    propensities: all.propensities?.filter(taken),
    rowCount,
    featureCount: width,
    labels: all.labels.filter(taken),
    weights: all.weights.filter(taken),
    popularity: all.popularity.filter(taken),
    items: all.items.filter(taken),
    subjects: all.subjects.filter(taken),
    starts,
  }
}

/** Subjects renumbered from 0 in order of appearance. */
function denseClusters(subjects: Int32Array): { ids: Int32Array; count: number } {
  const numbers = new Map<number, number>()
  const ids = subjects.map((subject) => {
    const number = numbers.get(subject) ?? numbers.size
    numbers.set(subject, number)
    return number
  })
  return { ids, count: numbers.size }
}
