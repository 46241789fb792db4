// Walks down decision trees without a branch on where a row goes: walks are taken eight at a time, as many steps as rows
// usually take and then until all have arrived, and one that has arrived at a leaf stays there. Eight chains of loads
// hide each other's waiting.
//
// A node is 16 bytes: f64 threshold, u32 byte offset of what it asks among the row's values, u32 address of its first
// child; the second child follows the first. A row goes to the second if its value is greater than the threshold, so
// NaN goes to the first. A leaf has its own value for a threshold, asks what is always NaN, and is its own first child.
//
// A categorical node has the highest bit of the offset set, and for a threshold the u32 address of a bitset and its u32
// count of words; a row whose category is in the set goes to the second child. Trees with such nodes, known by a
// negative count of steps, are walked one by one.
//
// The values of a row are its features as they are, the same negated, if nodes ask for it both again with NaN for what
// is nearly zero, and a NaN for the leaves.

const CATEGORICAL: u32 = 0x80000000
/** Steps are two counts of 16 bits: those to take in any case, and above them the most that may follow. */
const SURE: i32 = 0xffff
const FURTHER: i32 = 16
/** Trees that all rows of a block go through before the next ones, so that their nodes stay in the first-level cache. */
const TREES_TOGETHER: i32 = 16

// Fields of a plan, all of 4 bytes. Roots are addresses; places are byte offsets among the leaves of a row.
const WIDTH: usize = 0
const HAS_ZEROS: usize = 4
const TREE_COUNT: usize = 8
const CLASS_COUNT: usize = 12
/** Per tree in their order. */
const ROOTS: usize = 16
const STEPS: usize = 20
/** Per tree in groups of eight of like depth. */
const GROUP_COUNT: usize = 24
const GROUP_STEPS: usize = 28
const GROUP_ROOTS: usize = 32
const GROUP_PLACES: usize = 36
/** Per tree with categorical nodes. */
const MIXED_COUNT: usize = 40
const MIXED_ROOTS: usize = 44
const MIXED_PLACES: usize = 48

/** The bytes that the values of one row take. */
export function treeRowBytes(width: i32, hasZeros: i32): i32 {
  return (hasZeros ? 4 * width + 1 : 2 * width + 1) << 3
}

/** Spreads rows of `width` f64 into the values that trees ask; what is at most `zero` from 0 is nearly zero. */
export function prepareTreeRows(plan: usize, rows: usize, rowCount: i32, zero: f64, values: usize): void {
  const width = load<i32>(plan, WIDTH)
  const hasZeros = load<i32>(plan, HAS_ZEROS)
  const bytes = (<usize>width) << 3
  const stride = <usize>treeRowBytes(width, hasZeros)
  for (let row = 0; row < rowCount; row++) {
    for (let at: usize = 0; at < bytes; at += 8) {
      const value = load<f64>(rows + at)
      store<f64>(values + at, value)
      store<f64>(values + bytes + at, -value)
      if (!hasZeros) continue
      const known = abs(value) <= zero ? NaN : value
      store<f64>(values + 2 * bytes + at, known)
      store<f64>(values + 3 * bytes + at, -known)
    }
    store<f64>(values + stride - 8, NaN)
    rows += bytes
    values += stride
  }
}

/** One row, trees interleaved. `leaves`: scratch of an f64 a tree and one more; `out`: an f64 a class. */
export function scoreTreeRow(plan: usize, values: usize, leaves: usize, out: usize): void {
  let roots = load<u32>(plan, GROUP_ROOTS)
  let places = load<u32>(plan, GROUP_PLACES)
  const steps = load<u32>(plan, GROUP_STEPS)
  const groupCount = load<i32>(plan, GROUP_COUNT)
  for (let group = 0; group < groupCount; group++) {
    walkTrees(roots, load<i32>(steps + (group << 2)), values, places, leaves)
    roots += 32
    places += 32
  }
  const mixedCount = load<i32>(plan, MIXED_COUNT)
  for (let index: u32 = 0; index < <u32>mixedCount; index++) {
    const root = load<u32>(load<u32>(plan, MIXED_ROOTS) + (index << 2))
    const place = load<u32>(load<u32>(plan, MIXED_PLACES) + (index << 2))
    store<f64>(leaves + place, walkMixedTree(root, values))
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
  const stride = <usize>treeRowBytes(load<i32>(plan, WIDTH), load<i32>(plan, HAS_ZEROS))
  for (let from = 0; from < treeCount; from += TREES_TOGETHER) {
    const to = min(treeCount, from + TREES_TOGETHER)
    for (let row = 0; row < rowCount; row += 8) {
      const sums = out + ((<usize>row * classCount) << 3)
      for (let tree = from; tree < to; tree++) {
        const root = load<u32>(load<u32>(plan, ROOTS) + (tree << 2))
        const steps = load<i32>(load<u32>(plan, STEPS) + (tree << 2))
        const target = sums + ((<usize>(tree % classCount)) << 3)
        if (steps < 0) walkMixedRows(root, values + <usize>row * stride, stride, target, classCount)
        else walkRows(root, steps, values + <usize>row * stride, stride, target, (<usize>classCount) << 3)
      }
    }
  }
}

/** Eight trees, one row. */
function walkTrees(roots: usize, steps: i32, values: usize, places: usize, leaves: usize): void {
  let a = load<u32>(roots, 0)
  let b = load<u32>(roots, 4)
  let c = load<u32>(roots, 8)
  let d = load<u32>(roots, 12)
  let e = load<u32>(roots, 16)
  let f = load<u32>(roots, 20)
  let g = load<u32>(roots, 24)
  let h = load<u32>(roots, 28)
  for (let left = steps & SURE; left > 0; left--) {
    a = step(a, values)
    b = step(b, values)
    c = step(c, values)
    d = step(d, values)
    e = step(e, values)
    f = step(f, values)
    g = step(g, values)
    h = step(h, values)
  }
  for (let left = steps >> FURTHER; left > 0; left--) {
    const a1 = step(a, values)
    const b1 = step(b, values)
    const c1 = step(c, values)
    const d1 = step(d, values)
    const e1 = step(e, values)
    const f1 = step(f, values)
    const g1 = step(g, values)
    const h1 = step(h, values)
    const moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1)
    a = a1
    b = b1
    c = c1
    d = d1
    e = e1
    f = f1
    g = g1
    h = h1
    if (!moved) break
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
function walkRows(root: u32, steps: i32, values: usize, stride: usize, out: usize, outStride: usize): void {
  let a = root
  let b = root
  let c = root
  let d = root
  let e = root
  let f = root
  let g = root
  let h = root
  for (let left = steps & SURE; left > 0; left--) {
    a = step(a, values)
    b = step(b, values + stride)
    c = step(c, values + 2 * stride)
    d = step(d, values + 3 * stride)
    e = step(e, values + 4 * stride)
    f = step(f, values + 5 * stride)
    g = step(g, values + 6 * stride)
    h = step(h, values + 7 * stride)
  }
  for (let left = steps >> FURTHER; left > 0; left--) {
    const a1 = step(a, values)
    const b1 = step(b, values + stride)
    const c1 = step(c, values + 2 * stride)
    const d1 = step(d, values + 3 * stride)
    const e1 = step(e, values + 4 * stride)
    const f1 = step(f, values + 5 * stride)
    const g1 = step(g, values + 6 * stride)
    const h1 = step(h, values + 7 * stride)
    const moved = (a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1)
    a = a1
    b = b1
    c = c1
    d = d1
    e = e1
    f = f1
    g = g1
    h = h1
    if (!moved) break
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

function walkMixedRows(root: u32, values: usize, stride: usize, out: usize, classCount: i32): void {
  for (let row = 0; row < 8; row++) {
    store<f64>(out, load<f64>(out) + walkMixedTree(root, values))
    values += stride
    out += (<usize>classCount) << 3
  }
}

/** The value of the leaf in which a row ends, whatever nodes the tree has. */
function walkMixedTree(root: u32, values: usize): f64 {
  let node = root
  let child = load<u32>(node, 12)
  while (child != node) {
    node = child + ((<u32>goesSecond(node, values)) << 4)
    child = load<u32>(node, 12)
  }
  return load<f64>(node)
}

/** Whether a row goes to the second child of a node of either kind. */
export function goesSecond(node: u32, values: usize): bool {
  const offset = load<u32>(node, 8)
  if (offset & CATEGORICAL) return isInSet(node, load<f64>(values + (offset ^ CATEGORICAL)))
  return load<f64>(values + offset) > load<f64>(node)
}

/** Fractions are cut off, towards zero; what is missing, negative or too large is in no set. */
function isInSet(node: u32, value: f64): bool {
  if (!(value > -1 && value < 2147483648.0)) return false
  const category = <u32>(<i32>value)
  const word = category >> 5
  if (word >= load<u32>(node, 4)) return false
  return ((load<u32>(load<u32>(node) + (word << 2)) >> (category & 31)) & 1) == 1
}

function step(node: u32, values: usize): u32 {
  const goes = load<f64>(values + load<u32>(node, 8)) > load<f64>(node)
  return load<u32>(node, 12) + ((<u32>goes) << 4)
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
