import { SluiceError } from '../../foundation/index.ts'
import { CATEGORICAL, requireSoundEnsemble, type TreeEnsemble } from './tree-ensemble.ts'

const VERSIONS = ['v2', 'v3', 'v4']

/**
 * Reads a model as LightGBM writes it to a text file (`save_model`, `model_to_string`), versions v2 to v4.
 *
 * Objective, names and training parameters come along as text. Constraints and importances are passed over: they do
 * not change what the trees say, and importances follow from them.
 *
 * @throws SluiceError `MODEL_CORRUPT` when the text is cut short, changed or cannot be walked, `MODEL_MISMATCH` when it
 * is of another version, or has linear models in its leaves, which a {@link TreeEnsemble} cannot hold
 * @remarks O(length of the text).
 */
export function readLightgbmText(text: string): TreeEnsemble {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const end = lines.indexOf('end of trees')
  if (lines[0] !== 'tree' || end < 0) {
    throw corrupt('a text from "tree" to "end of trees"', lines[0] === 'tree' ? 'one that is cut short' : 'another one')
  }
  const firstTree = lines.findIndex((line) => line.startsWith('Tree=') || line === 'end of trees')
  const header = readFields(lines.slice(0, firstTree))
  const version = header.get('version') ?? 'none'
  if (!VERSIONS.includes(version)) throw mismatch(`a version of ${VERSIONS.join(', ')}`, version)
  const trees = readTrees(lines.slice(firstTree, end))
  const sizes = header.get('tree_sizes')
  if (sizes !== undefined && words(sizes).length !== trees.length) {
    throw corrupt(`${words(sizes).length} trees`, String(trees.length))
  }
  const ensemble = { ...readHeader(header), parameters: readParameters(lines.slice(end)), ...joinTrees(trees) }
  requireSoundEnsemble(ensemble)
  return ensemble
}

type Fields = ReadonlyMap<string, string>

function readFields(lines: readonly string[]): Fields {
  const fields = new Map<string, string>()
  for (const line of lines) {
    const equals = line.indexOf('=')
    if (equals >= 0) fields.set(line.slice(0, equals), line.slice(equals + 1))
    else if (line !== '') fields.set(line, '')
  }
  return fields
}

type Header = Pick<
  TreeEnsemble,
  'featureCount' | 'featureNames' | 'featureInfos' | 'classCount' | 'objective' | 'averageOutput'
>

function readHeader(header: Fields): Header {
  const classCount = header.get('num_tree_per_iteration') ?? header.get('num_class')
  return {
    featureCount: wholeNumber('max_feature_idx', required(header, 'max_feature_idx')) + 1,
    featureNames: words(required(header, 'feature_names')),
    featureInfos: words(required(header, 'feature_infos')),
    classCount: wholeNumber('num_tree_per_iteration', classCount ?? ''),
    objective: header.get('objective') ?? '',
    averageOutput: header.has('average_output'),
  }
}

function readParameters(lines: readonly string[]): string[] {
  const start = lines.indexOf('parameters:')
  const end = lines.indexOf('end of parameters')
  return start < 0 || end < 0 ? [] : lines.slice(start + 1, end).filter((line) => line !== '')
}

function readTrees(lines: readonly string[]): TextTree[] {
  const starts = lines.flatMap((line, index) => (line.startsWith('Tree=') ? [index] : []))
  return starts.map((start, tree) => readTree(tree, readFields(lines.slice(start + 1, starts[tree + 1]))))
}

interface TextTree {
  readonly leafCount: number
  readonly shrinkage: number
  readonly numbers: Readonly<Record<(typeof COLUMNS)[number]['column'], number[]>>
  readonly categoryStarts: number[]
  readonly categoryBits: number[]
}

/** Name in the text, column of the ensemble, whether it is of leaves, and whether it may be absent (then 0). */
const COLUMNS = [
  { name: 'split_feature', column: 'splitFeatures', leaves: false, optional: false },
  { name: 'split_gain', column: 'splitGains', leaves: false, optional: true },
  { name: 'threshold', column: 'thresholds', leaves: false, optional: false },
  { name: 'decision_type', column: 'decisions', leaves: false, optional: true },
  { name: 'left_child', column: 'leftChildren', leaves: false, optional: false },
  { name: 'right_child', column: 'rightChildren', leaves: false, optional: false },
  { name: 'leaf_value', column: 'leafValues', leaves: true, optional: false },
  { name: 'leaf_weight', column: 'leafWeights', leaves: true, optional: true },
  { name: 'leaf_count', column: 'leafCounts', leaves: true, optional: true },
  { name: 'internal_value', column: 'nodeValues', leaves: false, optional: true },
  { name: 'internal_weight', column: 'nodeWeights', leaves: false, optional: true },
  { name: 'internal_count', column: 'nodeCounts', leaves: false, optional: true },
] as const

function readTree(tree: number, fields: Fields): TextTree {
  if ((fields.get('is_linear') ?? '0') !== '0') {
    throw mismatch('a number in every leaf', `linear models in the leaves of tree ${tree}`)
  }
  const leafCount = wholeNumber('num_leaves', required(fields, 'num_leaves'))
  if (leafCount === 0) throw corrupt(`a leaf in tree ${tree}`, 'none')
  const categoricalCount = wholeNumber('num_cat', fields.get('num_cat') ?? '0')
  const entries = COLUMNS.map(({ name, column, leaves, optional }) => {
    const length = leaves ? leafCount : leafCount - 1
    return [column, numbers(tree, name, fields.get(name), length, optional || length === 0)]
  })
  const categoryStarts = numbers(
    tree,
    'cat_boundaries',
    fields.get('cat_boundaries'),
    categoricalCount + 1,
    categoricalCount === 0,
  )
  const wordCount = categoryStarts.at(-1) ?? 0
  return {
    leafCount,
    shrinkage: Number(fields.get('shrinkage') ?? 1),
    numbers: Object.fromEntries(entries) as TextTree['numbers'],
    categoryStarts,
    categoryBits: numbers(tree, 'cat_threshold', fields.get('cat_threshold'), wordCount, wordCount === 0),
  }
}

function numbers(tree: number, name: string, text: string | undefined, length: number, optional: boolean): number[] {
  if (optional && (text ?? '').trim() === '') return new Array<number>(length).fill(0)
  if (text === undefined) throw corrupt(`a field ${name} in tree ${tree}`, 'none')
  const values = words(text).map((word) => parseNumber(tree, name, word))
  if (values.length !== length) throw corrupt(`${length} values of ${name} in tree ${tree}`, String(values.length))
  return values
}

function parseNumber(tree: number, name: string, word: string): number {
  const value = Number(word)
  if (!Number.isNaN(value)) return value
  const [, sign, kind] = /^([+-]?)(inf|nan)/i.exec(word) ?? []
  if (kind === undefined) throw corrupt(`numbers as ${name} in tree ${tree}`, word)
  if (kind.toLowerCase() === 'nan') return Number.NaN
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

type Trees = Omit<TreeEnsemble, keyof Header | 'parameters'>

/** One column after the other over all trees; a categorical threshold then counts the sets of the trees before. */
function joinTrees(trees: readonly TextTree[]): Trees {
  const setsBefore = startsOf(trees, ({ categoryStarts }) => categoryStarts.length - 1)
  const wordsBefore = startsOf(trees, ({ categoryBits }) => categoryBits.length)
  const join = (column: keyof TextTree['numbers']): number[] => trees.flatMap((tree) => tree.numbers[column])
  return {
    treeCount: trees.length,
    nodeStarts: startsOf(trees, ({ leafCount }) => leafCount - 1),
    leafStarts: startsOf(trees, ({ leafCount }) => leafCount),
    splitFeatures: Int32Array.from(join('splitFeatures')),
    thresholds: Float64Array.from(trees.flatMap((tree, index) => thresholdsOf(tree, setsBefore[index]!))),
    decisions: Uint8Array.from(join('decisions')),
    leftChildren: Int32Array.from(join('leftChildren')),
    rightChildren: Int32Array.from(join('rightChildren')),
    splitGains: Float64Array.from(join('splitGains')),
    nodeValues: Float64Array.from(join('nodeValues')),
    nodeWeights: Float64Array.from(join('nodeWeights')),
    nodeCounts: Float64Array.from(join('nodeCounts')),
    leafValues: Float64Array.from(join('leafValues')),
    leafWeights: Float64Array.from(join('leafWeights')),
    leafCounts: Float64Array.from(join('leafCounts')),
    categoryStarts: Int32Array.from([
      0,
      ...trees.flatMap((tree, index) => tree.categoryStarts.slice(1).map((start) => start + wordsBefore[index]!)),
    ]),
    categoryBits: Uint32Array.from(trees.flatMap((tree) => tree.categoryBits)),
    shrinkages: Float64Array.from(trees, ({ shrinkage }) => shrinkage),
  }
}

function thresholdsOf({ numbers: { thresholds, decisions } }: TextTree, setsBefore: number): number[] {
  return thresholds.map((value, node) => ((decisions[node]! & CATEGORICAL) === 0 ? value : value + setsBefore))
}

function startsOf(trees: readonly TextTree[], length: (tree: TextTree) => number): Int32Array {
  const starts = new Int32Array(trees.length + 1)
  for (const [index, tree] of trees.entries()) starts[index + 1] = starts[index]! + length(tree)
  return starts
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}

function required(fields: Fields, name: string): string {
  const value = fields.get(name)
  if (value === undefined) throw corrupt(`a field ${name}`, 'none')
  return value
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 2 ** 31 - 2)
    throw corrupt(`a whole number as ${name}`, text === '' ? 'none' : text)
  return value
}

function corrupt(expected: string, got: string): SluiceError {
  return new SluiceError('MODEL_CORRUPT', `LightGBM model: expected ${expected}, got ${got}; save it again`)
}

function mismatch(expected: string, got: string): SluiceError {
  return new SluiceError('MODEL_MISMATCH', `LightGBM model: expected ${expected}, got ${got}; train one without`)
}
