import type { Kernels } from '../../foundation/index.ts'
import { CATEGORICAL, DEFAULT_LEFT, MISSING_NONE, MISSING_ZERO, type TreeEnsemble } from './tree-ensemble.ts'
import type { TreePlan } from './tree-plan.ts'
import { ZERO_THRESHOLD } from './tree-walk.ts'

/** An ensemble laid out in the memory of the kernels for ranks; `assembly/tree-ranks.ts` says how. */
export interface TreeRankPlan {
  /** The address that the compiled function takes. */
  readonly address: number
  readonly scratchBytes: number
}

/** Rows that are ranked together. */
export const RANKED_ROWS = 64

const MOST_LEAVES = 256
/** A search tells its ranks, of which there is one more than thresholds, in a byte. */
const MOST_THRESHOLDS = 255

/** What one row costs, in steps of a walk, where many rows are ranked: measured, as `SET_STEP_COST` is. */
const COSTS = { node: 1 / 28, tree: 1.2, search: 6, set: 3 }

/**
 * Lays an ensemble out for ranks, unless walking is faster or a tree has more than 256 leaves.
 *
 * @param ensemble - sound: see `requireSoundEnsemble`
 * @param walks - the same ensemble laid out for walks
 * @remarks 8 bytes a node or leaf; O(nodes log nodes).
 */
export function layOutRanks(kernels: Kernels, ensemble: TreeEnsemble, walks: TreePlan): TreeRankPlan | undefined {
  const { featureCount, classCount, treeCount, nodeStarts, splitFeatures } = ensemble
  for (let tree = 0; tree < treeCount; tree++) {
    if (nodeStarts[tree + 1]! - nodeStarts[tree]! >= MOST_LEAVES) return undefined
  }
  const columns = columnsOf(ensemble)
  const [searchCount, setCount] = [columns.searches.length, columns.sets.size]
  const ofColumns = COSTS.search * searchCount + COSTS.set * setCount
  if (COSTS.node * splitFeatures.length + COSTS.tree * treeCount + ofColumns > walks.rowCost) return undefined
  const searches = placeSearches(kernels, columns.searches)
  const sets = placeSetColumns(kernels, ensemble, columns.sets, walks.sets)
  const trees = placeTrees(kernels, ensemble, columns)
  const words = kernels.arena.uint32s(8)
  words.set([8 * featureCount, searchCount, searches, setCount, sets, classCount, treeCount, trees])
  return { address: words.byteOffset, scratchBytes: RANKED_ROWS * (1 + 2 * searchCount + setCount) }
}

/** Some thresholds, ascending, that nodes ask of one feature while they hold the same for missing. */
interface Search {
  readonly feature: number
  readonly missing: number
  readonly thresholds: Float64Array
}

interface Columns {
  readonly searches: readonly Search[]
  /** Per feature and kind of missing: the first of its searches and the place of every threshold in all of them. */
  readonly places: ReadonlyMap<number, { firstSearch: number; placeOf: ReadonlyMap<number, number> }>
  /** Per feature and set, the number of its column. */
  readonly sets: ReadonlyMap<string, number>
}

function columnsOf(ensemble: TreeEnsemble): Columns {
  const searches: Search[] = []
  const places = new Map<number, { firstSearch: number; placeOf: Map<number, number> }>()
  const { asked, sets } = askedOf(ensemble)
  for (const [key, values] of asked) {
    const sorted = Float64Array.from(values).sort()
    places.set(key, {
      firstSearch: searches.length,
      placeOf: new Map(Array.from(sorted, (value, place) => [value, place])),
    })
    for (let from = 0; from < sorted.length; from += MOST_THRESHOLDS) {
      const thresholds = sorted.subarray(from, from + MOST_THRESHOLDS)
      searches.push({ feature: key >> 2, missing: key & 3, thresholds })
    }
  }
  return { searches, places, sets }
}

function askedOf(ensemble: TreeEnsemble): { asked: Map<number, Set<number>>; sets: Map<string, number> } {
  const asked = new Map<number, Set<number>>()
  const sets = new Map<string, number>()
  for (let node = 0; node < ensemble.splitFeatures.length; node++) {
    if ((ensemble.decisions[node]! & CATEGORICAL) !== 0) {
      const key = setKeyOf(ensemble, node)
      if (!sets.has(key)) sets.set(key, sets.size)
    } else {
      const key = searchKeyOf(ensemble, node)
      const known = asked.get(key)
      if (known === undefined) asked.set(key, new Set([ensemble.thresholds[node]!]))
      else known.add(ensemble.thresholds[node]!)
    }
  }
  return { asked, sets }
}

function searchKeyOf({ splitFeatures, decisions }: TreeEnsemble, node: number): number {
  return (splitFeatures[node]! << 2) | (decisions[node]! >> 2)
}

function setKeyOf({ splitFeatures, thresholds }: TreeEnsemble, node: number): string {
  return `${splitFeatures[node]} ${thresholds[node]}`
}

function placeSearches({ arena }: Kernels, searches: readonly Search[]): number {
  const doubles = arena.float64s(4 * searches.length)
  const words = new Int32Array(doubles.buffer, doubles.byteOffset, 2 * doubles.length)
  for (const [index, { feature, missing, thresholds }] of searches.entries()) {
    const half = 2 ** Math.floor(Math.log2(thresholds.length))
    const placed = arena.float64s(2 * half - 1).fill(Number.POSITIVE_INFINITY)
    placed.set(thresholds)
    // Where nothing is missing, NaN counts as 0; else it is below all thresholds, and above all.
    const zero = thresholds.filter((threshold) => threshold < 0).length - 128
    const ranks = missing === MISSING_NONE ? [zero, zero] : [-128, 127]
    doubles[4 * index] = missing === MISSING_ZERO ? ZERO_THRESHOLD : -1
    words.set([8 * feature, placed.byteOffset, 8 * half, ...ranks], 8 * index + 2)
  }
  return doubles.byteOffset
}

function placeSetColumns(
  { arena }: Kernels,
  { categoryStarts }: TreeEnsemble,
  sets: ReadonlyMap<string, number>,
  address: number,
): number {
  const words = arena.uint32s(4 * sets.size)
  for (const [key, index] of sets) {
    const [feature, set] = key.split(' ').map(Number) as [number, number]
    const start = categoryStarts[set]!
    words.set([8 * feature, address + 4 * (start + set), categoryStarts[set + 1]! - start], 4 * index)
  }
  return words.byteOffset
}

function placeTrees({ arena }: Kernels, ensemble: TreeEnsemble, columns: Columns): number {
  const { treeCount, nodeStarts, splitFeatures, leafValues } = ensemble
  const doubles = arena.float64s(treeCount + splitFeatures.length + leafValues.length)
  const view = new DataView(doubles.buffer, doubles.byteOffset, doubles.byteLength)
  let start = 0
  for (let tree = 0; tree < treeCount; tree++) {
    const nodeCount = nodeStarts[tree + 1]! - nodeStarts[tree]!
    view.setUint32(8 * start, nodeCount, true)
    placeTree(ensemble, tree, columns, { doubles, view, nodes: start + 1, leaves: start + 1 + nodeCount })
    start += 2 * nodeCount + 2
  }
  return doubles.byteOffset
}

/** Where a tree is written, in the same memory as doubles and as bytes: positions among the doubles. */
interface TreePlace {
  readonly doubles: Float64Array
  readonly view: DataView
  readonly nodes: number
  readonly leaves: number
}

function placeTree(ensemble: TreeEnsemble, tree: number, columns: Columns, place: TreePlace): void {
  const { nodeStarts, leafStarts, leftChildren, rightChildren, leafValues } = ensemble
  const { doubles, view } = place
  let nextNode = place.nodes
  /** Returns how many leaves are below; no deeper than there are leaves. */
  const placeBelow = (child: number, firstLeaf: number): number => {
    if (child < 0) {
      doubles[place.leaves + firstLeaf] = leafValues[leafStarts[tree]! + ~child]!
      return 1
    }
    const node = nodeStarts[tree]! + child
    const own = 8 * nextNode++
    const leavesLeft = placeBelow(leftChildren[node]!, firstLeaf)
    const { column, rank } = questionOf(ensemble, columns, node)
    view.setUint32(own, RANKED_ROWS * column, true)
    view.setInt8(own + 4, rank)
    view.setUint8(own + 5, firstLeaf)
    view.setUint8(own + 6, leavesLeft)
    return leavesLeft + placeBelow(rightChildren[node]!, firstLeaf + leavesLeft)
  }
  placeBelow(nodeStarts[tree + 1] === nodeStarts[tree] ? ~0 : 0, 0)
}

/** The column that a node looks at, and the last rank there that goes left. */
function questionOf(ensemble: TreeEnsemble, columns: Columns, node: number): { column: number; rank: number } {
  const decision = ensemble.decisions[node]!
  if ((decision & CATEGORICAL) !== 0) {
    return { column: 2 * columns.searches.length + columns.sets.get(setKeyOf(ensemble, node))!, rank: 0 }
  }
  const { firstSearch, placeOf } = columns.places.get(searchKeyOf(ensemble, node))!
  const place = placeOf.get(ensemble.thresholds[node]!)!
  const column = 2 * (firstSearch + Math.floor(place / MOST_THRESHOLDS)) + ((decision & DEFAULT_LEFT) !== 0 ? 0 : 1)
  return { column, rank: (place % MOST_THRESHOLDS) - 128 }
}
