// Walks down decision trees without a branch on where a row goes: ten trees are walked at a time, as many steps as rows
// usually take and then until all have arrived, and a walk that has arrived at a leaf stays there. Ten chains of loads hide
// each other's waiting; with more of them, what there are no registers for costs more than the waiting.
//
// Children of one node stand together in 32 bytes: f64 threshold of the first and of the second; then for each of them
// u32 byte offset of what it asks among the row's values, and u32 address of its first child. The address of a node is
// that of its threshold, so that the second child is 8 bytes behind the first. A row goes to the second if its value is
// greater than the threshold, so NaN goes to the first. A leaf has its own value for a threshold, asks what is always
// NaN, and is its own first child.
//
// A categorical node has the highest bit of the offset set, and for a threshold the u32 address of a bitset and its u32
// count of words, which a word of 0 follows; a row whose category is in the set goes to the second child. Groups of trees
// with such nodes have the complement of their count of steps.
//
// The values of a row are blocks of 8 bytes a feature: as they are, negated, if nodes ask for it both again with NaN for
// what is nearly zero, and if there are sets the categories as u32; then a NaN for the leaves.
import { categoryOf } from './tree-ranks'

const CATEGORICAL: u32 = 0x80000000
/** Groups that all rows go through before the next ones, so that their nodes stay in the first-level cache. */
const GROUPS_TOGETHER: i32 = 2

// Fields of a plan, all of 4 bytes.
const WIDTH: usize = 0
/** Which blocks the values of a row have besides the first two. */
const BLOCKS: usize = 4
const ZEROS: i32 = 1
const CATEGORIES: i32 = 2
const CLASS_COUNT: usize = 8
/** Of each class; groups are ten trees of one class in their order, those of the first class before all others. */
const GROUP_COUNT: usize = 12
const STEPS: usize = 16
/** Addresses, ten a group; what fills up the last one is a leaf of 0. */
const ROOTS: usize = 20
const ROOT_BYTES: i32 = 40

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

function writeCategories(values: usize, bytes: usize, target: usize): void {
  for (let at: usize = 0; at < bytes; at += 8) store<u32>(target + at, categoryOf(load<f64>(values + at)))
}

/** Adds the leaves of prepared rows to `out`, an f64 a row and class, in the order of the trees. */
export function scoreTreeRows(plan: usize, values: usize, rowCount: i32, out: usize): void {
  const classCount = load<i32>(plan, CLASS_COUNT)
  const groupCount = load<i32>(plan, GROUP_COUNT)
  let steps = <usize>load<u32>(plan, STEPS)
  let roots = <usize>load<u32>(plan, ROOTS)
  for (let kind = 0; kind < classCount; kind++) {
    for (let left = groupCount; left > 0; left -= GROUPS_TOGETHER) {
      const count = min(left, GROUPS_TOGETHER)
      walkRows(plan, steps, roots, count, values, rowCount, out)
      steps += count << 2
      roots += count * ROOT_BYTES
    }
    out += 8
  }
}

function walkRows(plan: usize, steps: usize, roots: usize, count: i32, values: usize, rowCount: i32, out: usize): void {
  const stride = <usize>treeRowBytes(load<i32>(plan, WIDTH), load<i32>(plan, BLOCKS))
  const outStride = (<usize>load<i32>(plan, CLASS_COUNT)) << 3
  for (let row = 0; row < rowCount; row++) {
    let sum = load<f64>(out)
    for (let group = 0; group < count; group++) {
      const usual = load<i32>(steps + (group << 2))
      const first = roots + (group * ROOT_BYTES)
      sum = usual < 0 ? walkTrees<u32>(first, ~usual, values, sum) : walkTrees<f64>(first, usual, values, sum)
    }
    store<f64>(out, sum)
    values += stride
    out += outStride
  }
}

/** Ten trees, one row. `Kind` is f64 where all nodes compare, u32 where some have sets. */
function walkTrees<Kind>(roots: usize, steps: i32, values: usize, sum: f64): f64 {
  let a = load<u32>(roots, 0)
  let b = load<u32>(roots, 4)
  let c = load<u32>(roots, 8)
  let d = load<u32>(roots, 12)
  let e = load<u32>(roots, 16)
  let f = load<u32>(roots, 20)
  let g = load<u32>(roots, 24)
  let h = load<u32>(roots, 28)
  let i = load<u32>(roots, 32)
  let j = load<u32>(roots, 36)
  for (; steps > 0; steps--) {
    a = step<Kind>(a, values)
    b = step<Kind>(b, values)
    c = step<Kind>(c, values)
    d = step<Kind>(d, values)
    e = step<Kind>(e, values)
    f = step<Kind>(f, values)
    g = step<Kind>(g, values)
    h = step<Kind>(h, values)
    i = step<Kind>(i, values)
    j = step<Kind>(j, values)
  }
  let moved: u32 = 1
  while (moved) {
    // One at a time: keeping all old and new addresses at once costs more than the steps.
    let next = step<Kind>(a, values)
    moved = a ^ next
    a = next
    next = step<Kind>(b, values)
    moved |= b ^ next
    b = next
    next = step<Kind>(c, values)
    moved |= c ^ next
    c = next
    next = step<Kind>(d, values)
    moved |= d ^ next
    d = next
    next = step<Kind>(e, values)
    moved |= e ^ next
    e = next
    next = step<Kind>(f, values)
    moved |= f ^ next
    f = next
    next = step<Kind>(g, values)
    moved |= g ^ next
    g = next
    next = step<Kind>(h, values)
    moved |= h ^ next
    h = next
    next = step<Kind>(i, values)
    moved |= i ^ next
    i = next
    next = step<Kind>(j, values)
    moved |= j ^ next
    j = next
  }
  sum += load<f64>(a)
  sum += load<f64>(b)
  sum += load<f64>(c)
  sum += load<f64>(d)
  sum += load<f64>(e)
  sum += load<f64>(f)
  sum += load<f64>(g)
  sum += load<f64>(h)
  sum += load<f64>(i)
  sum += load<f64>(j)
  return sum
}

function step<Kind>(node: u32, values: usize): u32 {
  const offset = load<u32>(node, 16)
  const goes = isFloat<Kind>()
    ? <u32>(load<f64>(values + offset) > load<f64>(node))
    : goesSecond(node, offset, values)
  return load<u32>(node, 20) + (goes << 3)
}

/**
 * 1 if a row goes to the second child of a node of either kind, else 0; `asked` is the address of its threshold or set.
 * Without a branch: both answers are found.
 */
export function goesSecond(asked: u32, offset: u32, values: usize): u32 {
  const hasSet = offset & CATEGORICAL
  const value = values + (offset ^ hasSet)
  const isGreater = <u32>(load<f64>(value) > load<f64>(asked))
  const category = load<u32>(value)
  const word = load<u32>(asked) + (min(category >> 5, load<u32>(asked, 4)) << 2)
  // A node without a set has no word to look at, but something is read.
  const bits = load<u32>(select<u32>(word, asked, hasSet))
  return select<u32>((bits >> (category & 31)) & 1, isGreater, hasSet)
}
