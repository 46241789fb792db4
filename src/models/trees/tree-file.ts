import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { readColumn, writeColumn } from './number-column.ts'
import { requireSoundEnsemble, type TreeEnsemble } from './tree-ensemble.ts'

export const TREES_KIND = 'trees'
const VERSION = 1

/**
 * An ensemble as a model file: a few texts, then every column in the smallest form that keeps all bits. Thresholds
 * and leaves keep 64 bits.
 *
 * @remarks About 60 bytes a node, of which counts, weights and gains are half.
 */
export function writeTreeFile(ensemble: TreeEnsemble): Uint8Array {
  const writer = new ByteWriter(80 * ensemble.splitFeatures.length + 1024).json(headerOf(ensemble))
  writeColumn(writer, sizesOf(ensemble.nodeStarts))
  writeColumn(writer, sizesOf(ensemble.categoryStarts))
  writeColumn(writer, ensemble.categoryBits)
  writeColumn(writer, ensemble.splitFeatures)
  writeColumn(writer, ensemble.decisions)
  writeColumn(writer, ensemble.leftChildren.map(folded))
  writeColumn(writer, ensemble.rightChildren.map(folded))
  for (const name of DOUBLE_COLUMNS) writeColumn(writer, ensemble[name])
  return writeModelFile(TREES_KIND, VERSION, writer.finish())
}

/** In the order of the file. */
const DOUBLE_COLUMNS = [
  'thresholds',
  'splitGains',
  'nodeValues',
  'nodeWeights',
  'nodeCounts',
  'leafValues',
  'leafWeights',
  'leafCounts',
  'shrinkages',
] as const

/** Reads what {@link writeTreeFile} wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function readTreeFile(bytes: Uint8Array): TreeEnsemble {
  const { payload } = openModelFile(bytes, { kind: TREES_KIND, newestVersion: VERSION })
  const header = requireHeader(payload.json())
  const nodeStarts = startsOf(readColumn(payload))
  const leafStarts = nodeStarts.map((start, tree) => start + tree)
  const categoryStarts = startsOf(readColumn(payload))
  const integers = {
    categoryBits: Uint32Array.from(readColumn(payload)),
    splitFeatures: Int32Array.from(readColumn(payload)),
    decisions: Uint8Array.from(readColumn(payload)),
    leftChildren: Int32Array.from(readColumn(payload), unfolded),
    rightChildren: Int32Array.from(readColumn(payload), unfolded),
  }
  const doubles = Object.fromEntries(DOUBLE_COLUMNS.map((name) => [name, readColumn(payload)])) as DoubleColumns
  const starts = { treeCount: nodeStarts.length - 1, nodeStarts, leafStarts, categoryStarts }
  const ensemble = { ...header, ...starts, ...integers, ...doubles }
  requireSoundEnsemble(ensemble)
  return ensemble
}

type DoubleColumns = Pick<TreeEnsemble, (typeof DOUBLE_COLUMNS)[number]>

const HEADER = [
  'featureCount',
  'featureNames',
  'featureInfos',
  'parameters',
  'classCount',
  'objective',
  'averageOutput',
] as const
type Header = Pick<TreeEnsemble, (typeof HEADER)[number]>

function headerOf(ensemble: TreeEnsemble): Header {
  return Object.fromEntries(
    HEADER.flatMap((name) => (ensemble[name] === undefined ? [] : [[name, ensemble[name]]])),
  ) as unknown as Header
}

function requireHeader(value: unknown): Header {
  const header = value as Partial<Record<keyof Header, unknown>> | null
  const isSound =
    typeof header === 'object' &&
    header !== null &&
    typeof header.featureCount === 'number' &&
    typeof header.classCount === 'number' &&
    typeof header.objective === 'string' &&
    typeof header.averageOutput === 'boolean' &&
    isTexts(header.featureNames) &&
    (header.featureInfos === undefined || isTexts(header.featureInfos)) &&
    (header.parameters === undefined || isTexts(header.parameters))
  if (isSound) return header as Header
  throw new SluiceError('MODEL_CORRUPT', 'tree ensemble: expected a header of trees, got another; train it again')
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

function sizesOf(starts: Int32Array): Int32Array {
  return starts.slice(1).map((start, index) => start - starts[index]!)
}

function startsOf(sizes: Float64Array): Int32Array {
  const starts = new Int32Array(sizes.length + 1)
  for (let index = 0; index < sizes.length; index++) starts[index + 1] = starts[index]! + sizes[index]!
  return starts
}

/** Nodes become even numbers and leaves odd ones, so that both are small. */
function folded(child: number): number {
  return child < 0 ? 2 * ~child + 1 : 2 * child
}

function unfolded(value: number): number {
  return value % 2 === 1 ? ~((value - 1) / 2) : value / 2
}
