// Walks down decision trees without a branch on where a row goes: walks are taken eight at a time, as many steps as rows
// usually take and then until all have arrived, and one that has arrived at a leaf stays there. Eight chains of loads
// hide each other's waiting.
//
// A node is 16 bytes: f64 threshold, u32 byte offset of what it asks among the row's values, u32 address of its first
// child; the second child follows the first. A row goes to the second if its value is greater than the threshold, so
// NaN goes to the first. A leaf has its own value for a threshold, asks what is always NaN, and is its own first child.
//
// A categorical node has the highest bit of the offset set, and for a threshold the u32 address of a bitset and its u32
// count of words, which a word of 0 follows; a row whose category is in the set goes to the second child. Trees with
// such nodes have the complement of their count of steps.
//
// The values of a row are blocks of 8 bytes a feature: as they are, negated, if nodes ask for it both again with NaN for
// what is nearly zero, and if there are sets the categories as u32; then a NaN for the leaves.

const CATEGORICAL: u32 = 0x80000000
/** The category of what is in no set. */
const NONE: u32 = 0xffffffff
/** Trees that all rows of a block go through before the next ones, so that their nodes stay in the first-level cache. */
const TREES_TOGETHER: i32 = 16

// Fields of a plan, all of 4 bytes. Roots are addresses; places are byte offsets among the leaves of a row.
const WIDTH: usize = 0
/** Which blocks the values of a row have besides the first two. */
const BLOCKS: usize = 4
const ZEROS: i32 = 1
const CATEGORIES: i32 = 2
const TREE_COUNT: usize = 8
const CLASS_COUNT: usize = 12
/** Per tree in their order. */
const ROOTS: usize = 16
const STEPS: usize = 20
/** Per tree in groups of eight of like depth and kind. */
const GROUP_COUNT: usize = 24
const GROUP_STEPS: usize = 28
const GROUP_ROOTS: usize = 32
const GROUP_PLACES: usize = 36

/** The bytes that the values of one row take. */
export function treeRowBytes(width: i32, blocks: i32): i32 {
  const count = 2 + (blocks & ZEROS ? 2 : 0) + (blocks & CATEGORIES ? 1 : 0)
  return (count * width + 1) << 3
}

/** Spreads rows of `width` f64 into the values that trees ask; what is at most `zero` from 0 is nearly zero. */
export function prepareTreeRows(plan: usize, rows: usize, rowCount: i32, zero: f64, values: usize): void {
  const width = load<i32>(plan, WIDTH)
  const blocks = load<i32>(plan, BLOCKS)
  const bytes = (<usize>width) << 3
  const stride = <usize>treeRowBytes(width, blocks)
  for (let row = 0; row < rowCount; row++) {
    for (let at: usize = 0; at < bytes; at += 8) {
      const value = load<f64>(rows + at)
      store<f64>(values + at, value)
      store<f64>(values + bytes + at, -value)
    }
    if (blocks & ZEROS) writeZeros(values, bytes, zero)
    if (blocks & CATEGORIES) writeCategories(values, bytes, values + stride - 8 - bytes)
    store<f64>(values + stride - 8, NaN)
    rows += bytes
    values += stride
  }
}

function writeZeros(values: usize, bytes: usize, zero: f64): void {
  for (let at: usize = 0; at < bytes; at += 8) {
    const value = load<f64>(values + at)
    const known = abs(value) <= zero ? NaN : value
    store<f64>(values + 2 * bytes + at, known)
    store<f64>(values + 3 * bytes + at, -known)
  }
}

/** Fractions are cut off, towards zero; what is missing, negative or too large is in no set. */
function writeCategories(values: usize, bytes: usize, target: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) {
    const value = load<f64>(values + at)
    store<u32>(target + at, value > -1 && value < 2147483648.0 ? <u32>(<i32>value) : NONE)
  }
}

/** One row, trees interleaved. `leaves`: scratch of an f64 a tree and one more; `out`: an f64 a class. */
export function scoreTreeRow(plan: usize, values: usize, leaves: usize, out: usize): void {
  let roots = load<u32>(plan, GROUP_ROOTS)
  let places = load<u32>(plan, GROUP_PLACES)
  let steps = load<u32>(plan, GROUP_STEPS)
  for (let group = load<i32>(plan, GROUP_COUNT); group > 0; group--) {
    const count = load<i32>(steps)
    if (count < 0) walkTrees<u32>(roots, ~count, values, places, leaves)
    else walkTrees<f64>(roots, count, values, places, leaves)
    roots += 32
    places += 32
    steps += 4
  }
  sumLeaves(leaves, load<i32>(plan, TREE_COUNT), load<i32>(plan, CLASS_COUNT), out)
}

/**
 * Many rows, rows interleaved. `rowCount`: a multiple of 8; `out`: an f64 a row and class, which the leaves are added
 * to in the order of the trees.
 */
export function scoreTreeRows(plan: usize, values: usize, rowCount: i32, out: usize): void {
  const treeCount = load<i32>(plan, TREE_COUNT)
  const classCount = load<i32>(plan, CLASS_COUNT)
  const outStride = (<usize>classCount) << 3
  const stride = <usize>treeRowBytes(load<i32>(plan, WIDTH), load<i32>(plan, BLOCKS))
  for (let from = 0; from < treeCount; from += TREES_TOGETHER) {
    const to = min(treeCount, from + TREES_TOGETHER)
    for (let row = 0; row < rowCount; row += 8) {
      const first = values + <usize>row * stride
      for (let tree = from; tree < to; tree++) {
        const root = load<u32>(load<u32>(plan, ROOTS) + (tree << 2))
        const steps = load<i32>(load<u32>(plan, STEPS) + (tree << 2))
        const target = out + <usize>row * outStride + ((<usize>(tree % classCount)) << 3)
        if (steps < 0) walkRows<u32>(root, ~steps, first, stride, target, outStride)
        else walkRows<f64>(root, steps, first, stride, target, outStride)
      }
    }
  }
}

/** Eight trees, one row. `Kind` is f64 where all nodes compare, u32 where some have sets. */
function walkTrees<Kind>(roots: usize, steps: i32, values: usize, places: usize, leaves: usize): void {
  let a = load<u32>(roots, 0)
  let b = load<u32>(roots, 4)
  let c = load<u32>(roots, 8)
  let d = load<u32>(roots, 12)
  let e = load<u32>(roots, 16)
  let f = load<u32>(roots, 20)
  let g = load<u32>(roots, 24)
  let h = load<u32>(roots, 28)
  for (; steps > 0; steps--) {
    a = step<Kind>(a, values)
    b = step<Kind>(b, values)
    c = step<Kind>(c, values)
    d = step<Kind>(d, values)
    e = step<Kind>(e, values)
    f = step<Kind>(f, values)
    g = step<Kind>(g, values)
    h = step<Kind>(h, values)
  }
  let moved: u32 = 1
  while (moved) {
    const a1 = step<Kind>(a, values)
    const b1 = step<Kind>(b, values)
    const c1 = step<Kind>(c, values)
    const d1 = step<Kind>(d, values)
    const e1 = step<Kind>(e, values)
    const f1 = step<Kind>(f, values)
    const g1 = step<Kind>(g, values)
    const h1 = step<Kind>(h, values)
    moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1)
    a = a1
    b = b1
    c = c1
    d = d1
    e = e1
    f = f1
    g = g1
    h = h1
  }
  store<f64>(leaves + load<u32>(places, 0), load<f64>(a))
  store<f64>(leaves + load<u32>(places, 4), load<f64>(b))
  store<f64>(leaves + load<u32>(places, 8), load<f64>(c))
  store<f64>(leaves + load<u32>(places, 12), load<f64>(d))
  store<f64>(leaves + load<u32>(places, 16), load<f64>(e))
  store<f64>(leaves + load<u32>(places, 20), load<f64>(f))
  store<f64>(leaves + load<u32>(places, 24), load<f64>(g))
  store<f64>(leaves + load<u32>(places, 28), load<f64>(h))
}

/** One tree, eight rows. */
function walkRows<Kind>(root: u32, steps: i32, values: usize, stride: usize, out: usize, outStride: usize): void {
  let a = root
  let b = root
  let c = root
  let d = root
  let e = root
  let f = root
  let g = root
  let h = root
  for (; steps > 0; steps--) {
    a = step<Kind>(a, values)
    b = step<Kind>(b, values + stride)
    c = step<Kind>(c, values + 2 * stride)
    d = step<Kind>(d, values + 3 * stride)
    e = step<Kind>(e, values + 4 * stride)
    f = step<Kind>(f, values + 5 * stride)
    g = step<Kind>(g, values + 6 * stride)
    h = step<Kind>(h, values + 7 * stride)
  }
  let moved: u32 = 1
  while (moved) {
    const a1 = step<Kind>(a, values)
    const b1 = step<Kind>(b, values + stride)
    const c1 = step<Kind>(c, values + 2 * stride)
    const d1 = step<Kind>(d, values + 3 * stride)
    const e1 = step<Kind>(e, values + 4 * stride)
    const f1 = step<Kind>(f, values + 5 * stride)
    const g1 = step<Kind>(g, values + 6 * stride)
    const h1 = step<Kind>(h, values + 7 * stride)
    moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1)
    a = a1
    b = b1
    c = c1
    d = d1
    e = e1
    f = f1
    g = g1
    h = h1
  }
  addLeaf(a, out)
  addLeaf(b, out + outStride)
  addLeaf(c, out + 2 * outStride)
  addLeaf(d, out + 3 * outStride)
  addLeaf(e, out + 4 * outStride)
  addLeaf(f, out + 5 * outStride)
  addLeaf(g, out + 6 * outStride)
  addLeaf(h, out + 7 * outStride)
}

function step<Kind>(node: u32, values: usize): u32 {
  const goes = isFloat<Kind>()
    ? <u32>(load<f64>(values + load<u32>(node, 8)) > load<f64>(node))
    : goesSecond(node, values)
  return load<u32>(node, 12) + (goes << 4)
}

/** 1 if a row goes to the second child of a node of either kind, else 0. Without a branch: both answers are found. */
export function goesSecond(node: u32, values: usize): u32 {
  const offset = load<u32>(node, 8)
  const hasSet = offset & CATEGORICAL
  const value = values + (offset ^ hasSet)
  const isGreater = <u32>(load<f64>(value) > load<f64>(node))
  const category = load<u32>(value)
  const word = load<u32>(node) + (min(category >> 5, load<u32>(node, 4)) << 2)
  // A node without a set has no word to look at, but something is read.
  const bits = load<u32>(select<u32>(word, node, hasSet))
  return select<u32>((bits >> (category & 31)) & 1, isGreater, hasSet)
}

function addLeaf(node: u32, out: usize): void {
  store<f64>(out, load<f64>(out) + load<f64>(node))
}

function sumLeaves(leaves: usize, treeCount: i32, classCount: i32, out: usize): void {
  for (let kind = 0; kind < classCount; kind++) {
    let sum: f64 = 0
    for (let tree = kind; tree < treeCount; tree += classCount) sum += load<f64>(leaves + ((<usize>tree) << 3))
    store<f64>(out + ((<usize>kind) << 3), sum)
  }
}
