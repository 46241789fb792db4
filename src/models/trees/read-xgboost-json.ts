import { readUbjson } from './read-ubjson.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'
import { requireSoundEnsemble } from './tree-ensemble.ts'
import { fieldOf, listOf, numberOf, numbersOf, textOf, xgboostCorrupt, xgboostMismatch } from './xgboost-fields.ts'
import { type XgboostObjective, xgboostObjective } from './xgboost-objective.ts'
import { type GrownTree, joinXgboostTrees, readXgboostTree } from './xgboost-tree.ts'

/**
 * Reads a model that XGBoost 1.0 or later saved as JSON (`save_model('model.json')`).
 *
 * Tree boosters with the objectives of {@link xgboostObjective}, missing values, forests and categorical splits are
 * read; DART, linear boosters, trees with several outputs, and sets of categories that missing values join, are
 * refused by name. Every comparison comes out as in XGBoost, which rounds values to single precision first. The base
 * score is added to the leaves of the first iteration, and what XGBoost calls cover (sums of hessians) stands in the
 * columns of counts too, so that contributions are XGBoost's. A value that was named as missing in training
 * (`missing=`) is not in the file: pass NaN.
 *
 * @throws SluiceError `MODEL_CORRUPT` when the text is cut short or cannot be walked, `MODEL_MISMATCH` for what is
 * refused
 * @remarks O(length). XGBoost sums in single precision: its scores differ from ours in the seventh digit.
 */
export function readXgboostJson(text: string): TreeEnsemble {
  return ensembleOf(parse(text))
}

/**
 * Reads a model that XGBoost 1.6 or later saved as UBJSON (`save_model('model.ubj')`, its default from 2.1).
 *
 * @throws SluiceError as {@link readXgboostJson}
 */
export function readXgboostUbjson(bytes: Uint8Array): TreeEnsemble {
  return ensembleOf(readUbjson(bytes))
}

/** XGBoost writes the condition of a categorical node as NaN, which JSON does not have. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.includes('NaN') || text.includes('Infinity') ? withoutSpecialNumbers(text) : text)
  } catch (cause) {
    throw xgboostCorrupt('JSON', 'other text', cause)
  }
}

/** NaN becomes null, and infinity a number so large that it parses to it; what is within quotes stays. */
function withoutSpecialNumbers(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|NaN|Infinity/g, (token) =>
    token === 'NaN' ? 'null' : token === 'Infinity' ? '1e999' : token,
  )
}

function ensembleOf(model: unknown): TreeEnsemble {
  const learner = fieldOf(model, 'learner')
  const booster = fieldOf(learner, 'gradient_booster')
  const name = textOf(fieldOf(booster, 'name'), 'booster')
  if (name !== 'gbtree') throw xgboostMismatch('a booster gbtree', name)
  const parameters = fieldOf(learner, 'learner_model_param')
  const featureCount = numberOf(fieldOf(parameters, 'num_feature'), 'num_feature')
  const classCount = Math.max(1, numberOf(fieldOf(parameters, 'num_class'), 'num_class'))
  const objective = xgboostObjective(textOf(fieldOf(fieldOf(learner, 'objective'), 'name'), 'objective'), classCount)
  const trees = treesByClass(fieldOf(booster, 'model'), classCount)
  addBaseScores(trees, baseScoresOf(parameters, objective, classCount))
  const ensemble: TreeEnsemble = {
    featureCount,
    featureNames: featureNamesOf(learner, featureCount),
    classCount,
    objective: objective.name,
    averageOutput: false,
    ...joinXgboostTrees(trees),
  }
  requireSoundEnsemble(ensemble)
  return ensemble
}

/** Trees of one class apart, as a forest has them, become one of every class in turn. */
function treesByClass(model: unknown, classCount: number): GrownTree[] {
  const trees = listOf(fieldOf(model, 'trees'), 'trees').map(readXgboostTree)
  const classes = numbersOf(fieldOf(model, 'tree_info'), 'tree_info')
  if (classes.length !== trees.length) throw xgboostCorrupt(`${trees.length} values of tree_info`, `${classes.length}`)
  const groups = Array.from({ length: classCount }, (_, group) =>
    trees.filter((_tree, index) => classes[index] === group),
  )
  const iterations = trees.length / classCount
  if (groups.some((group) => group.length !== iterations)) {
    throw xgboostCorrupt(
      `as many trees of each of ${classCount} classes`,
      groups.map(({ length }) => length).join(', '),
    )
  }
  if (iterations === 0) return groups.map(() => ({ nodes: [], leaves: [{ value: 0, weight: 0 }] }))
  return Array.from({ length: iterations }, (_, iteration) => groups.map((group) => group[iteration]!)).flat()
}

/** The base score of every class in units of the raw score. Until XGBoost 3.0 one number, since then a list in text. */
function baseScoresOf(parameters: unknown, objective: XgboostObjective, classCount: number): number[] {
  const text = textOf(fieldOf(parameters, 'base_score'), 'base_score')
  const values = text.replaceAll(/[[\]]/g, '').split(',').map(Number)
  if (values.length !== 1 && values.length !== classCount) throw xgboostCorrupt('a base_score a class', text)
  const scores = Array.from({ length: classCount }, (_, group) =>
    objective.scoreOfBase(Math.fround(values[group] ?? values[0]!)),
  )
  if (!scores.every(Number.isFinite)) throw xgboostCorrupt(`a base_score that ${objective.name} can have`, text)
  return scores
}

function addBaseScores(trees: readonly GrownTree[], scores: readonly number[]): void {
  scores.forEach((score, group) => {
    for (const leaf of trees[group]!.leaves) leaf.value += score
    for (const node of trees[group]!.nodes) node.value += score
  })
}

function featureNamesOf(learner: unknown, featureCount: number): string[] {
  const given =
    learner !== null && typeof learner === 'object' && 'feature_names' in learner ? learner.feature_names : []
  const names = listOf(given, 'feature_names').map((name) => textOf(name, 'a feature name'))
  return Array.from({ length: featureCount }, (_, feature) => names[feature]?.replaceAll(/\s/g, '_') || `f${feature}`)
}
