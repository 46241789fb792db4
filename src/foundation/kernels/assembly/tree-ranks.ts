// Finds the leaves of 64 rows in a tree at once by going over all its nodes, which costs a thirtieth of a step of a walk
// a row and node: for many rows in trees of few leaves.
//
// Nodes compare bytes: once for 64 rows, every value is replaced by its rank among the thresholds that the trees ask of
// its feature, less 128, and every threshold by its own place among them. A value is above the threshold if its rank is
// above that place: exactly so, however close the two are.
//
// A column is 64 bytes, one a row. A search writes two: one with what is missing below all thresholds, one with it
// above. It is 32 bytes: f64, what is at most this far from 0 is missing (negative for NaN alone); u32 byte offset of
// the feature, u32 address of 2^n - 1 thresholds that do not decrease, u32 bytes of 2^(n - 1) of them; i32 ranks of what
// is missing, in both columns. A set writes one column, of -128 for what is in the set of categories and 127 for what is
// not. It is 16 bytes: u32 byte offset of the feature, u32 address of a bitset, which a word of 0 follows, and u32 count
// of its words.
//
// A tree is a u32 count of nodes and 4 bytes unused, the nodes and an f64 a leaf, both as they stand from left to right,
// nodes before what is below them. A node is u32 byte offset of its column, i8 last rank that goes left, u8 first leaf below it, u8 count of
// leaves below its left child, and a byte unused.

/** Rows a column. */
const LANES: usize = 64

// Fields of a plan, all of 4 bytes.
const ROW_BYTES: usize = 0
const SEARCH_COUNT: usize = 4
const SEARCHES: usize = 8
const SET_COUNT: usize = 12
const SETS: usize = 16
const CLASS_COUNT: usize = 20
const TREE_COUNT: usize = 24
const TREES: usize = 28

/**
 * Adds the leaves of up to 64 rows to `out`, an f64 a row and class, in the order of the trees. Rows and `out` have room
 * up to a multiple of 4 rows, which is computed. `scratch`: a column and those of the plan.
 */
export function scoreTreeRanks(plan: usize, rows: usize, rowCount: i32, scratch: usize, out: usize): void {
  const columns = scratch + LANES
  rankRows(plan, rows, rowCount, columns)
  const classCount = <usize>load<i32>(plan, CLASS_COUNT)
  const end = classCount << 3
  let tree = <usize>load<u32>(plan, TREES)
  let kind: usize = 0
  for (let left = load<i32>(plan, TREE_COUNT); left > 0; left--) {
    const leaves = tree + 8 + ((<usize>load<u32>(tree)) << 3)
    findLeaves(tree + 8, leaves, columns, scratch)
    addLeaves(leaves, scratch, rowCount, out + kind, end)
    tree = leaves + ((<usize>load<u32>(tree) + 1) << 3)
    kind = kind + 8 == end ? 0 : kind + 8
  }
}

function rankRows(plan: usize, rows: usize, rowCount: i32, columns: usize): void {
  const rowBytes = <usize>load<u32>(plan, ROW_BYTES)
  let search = <usize>load<u32>(plan, SEARCHES)
  for (let left = load<i32>(plan, SEARCH_COUNT); left > 0; left--) {
    const values = rows + load<u32>(search, 8)
    for (let row = 0; row < rowCount; row += 4) rankFour(search, values + <usize>row * rowBytes, rowBytes, columns + row)
    columns += 2 * LANES
    search += 32
  }
  let set = <usize>load<u32>(plan, SETS)
  for (let left = load<i32>(plan, SET_COUNT); left > 0; left--) {
    const values = rows + load<u32>(set)
    for (let row = 0; row < rowCount; row++) lookUp(set, values + <usize>row * rowBytes, columns + row)
    columns += LANES
    set += 16
  }
}

/** Four binary searches at once, without a branch on what is found. */
function rankFour(search: usize, value: usize, rowBytes: usize, column: usize): void {
  const a = load<f64>(value)
  const b = load<f64>(value + rowBytes)
  const c = load<f64>(value + 2 * rowBytes)
  const d = load<f64>(value + 3 * rowBytes)
  const first = load<u32>(search, 12)
  let a1 = first
  let b1 = first
  let c1 = first
  let d1 = first
  for (let half = load<u32>(search, 16); half >= 8; half >>= 1) {
    a1 += select<u32>(half, 0, a > load<f64>(a1 + half - 8))
    b1 += select<u32>(half, 0, b > load<f64>(b1 + half - 8))
    c1 += select<u32>(half, 0, c > load<f64>(c1 + half - 8))
    d1 += select<u32>(half, 0, d > load<f64>(d1 + half - 8))
  }
  storeRank(search, a, a1 - first, column)
  storeRank(search, b, b1 - first, column + 1)
  storeRank(search, c, c1 - first, column + 2)
  storeRank(search, d, d1 - first, column + 3)
}

function storeRank(search: usize, value: f64, bytes: u32, column: usize): void {
  const rank = <i32>(bytes >> 3) - 128
  const isKnown = abs(value) > load<f64>(search)
  store<i8>(column, <i8>select<i32>(rank, load<i32>(search, 20), isKnown))
  store<i8>(column, <i8>select<i32>(rank, load<i32>(search, 24), isKnown), LANES)
}

function lookUp(set: usize, value: usize, column: usize): void {
  const category = categoryOf(load<f64>(value))
  const word = load<u32>(set, 4) + (min(category >> 5, load<u32>(set, 8)) << 2)
  store<i8>(column, (load<u32>(word) >> (category & 31)) & 1 ? -128 : 127)
}

/** Fractions are cut off, towards zero; what is missing, negative or too large is in no set. */
export function categoryOf(value: f64): u32 {
  return value > -1 && value < 2147483648.0 ? <u32>(<i32>value) : 0xffffffff
}

/**
 * The leaves, counted from the left, that 64 rows end in. A row has as its leaf the first one below the nodes it has
 * passed, and passes all nodes in their order. At a node on its way, whose first leaf that is, it goes beyond the leaves
 * below the left child or stays. The nodes off its way have another first leaf, or are below such a left child.
 */
function findLeaves(node: usize, end: usize, columns: usize, found: usize): void {
  let a = i8x16.splat(0)
  let b = a
  let c = a
  let d = a
  for (; node < end; node += 8) {
    const column = columns + load<u32>(node)
    const last = v128.load_splat<i8>(node, 4)
    const first = v128.load_splat<i8>(node, 5)
    const jump = v128.load_splat<i8>(node, 6)
    a = pass(a, v128.load(column), last, first, jump)
    b = pass(b, v128.load(column, 16), last, first, jump)
    c = pass(c, v128.load(column, 32), last, first, jump)
    d = pass(d, v128.load(column, 48), last, first, jump)
  }
  v128.store(found, a)
  v128.store(found, b, 16)
  v128.store(found, c, 32)
  v128.store(found, d, 48)
}

function pass(leaf: v128, rank: v128, last: v128, first: v128, jump: v128): v128 {
  const beyond = v128.and(i8x16.gt_s(rank, last), jump)
  return i8x16.add(leaf, v128.and(beyond, i8x16.eq(leaf, first)))
}

function addLeaves(leaves: usize, found: usize, rowCount: i32, out: usize, outStride: usize): void {
  for (const end = found + rowCount; found < end; found += 4) {
    addLeaf(leaves, found, out)
    addLeaf(leaves, found + 1, out + outStride)
    addLeaf(leaves, found + 2, out + 2 * outStride)
    addLeaf(leaves, found + 3, out + 3 * outStride)
    out += 4 * outStride
  }
}

function addLeaf(leaves: usize, found: usize, out: usize): void {
  store<f64>(out, load<f64>(out) + load<f64>(leaves + ((<usize>load<u8>(found)) << 3)))
}
