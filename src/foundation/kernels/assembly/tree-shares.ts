// Shapley values of one tree for one row: one pass down its nodes and one up, with the polynomials of Shapley values
// held as their values at some points (see models/trees/tree-explainer.ts for the mathematics).
//
// A fork is a node with the two edges that leave it, 80 bytes: what it asks as a node of tree-walks.ts does (f64 threshold
// or set, u32 offset), u32 1 if the left edge is taken by what goes to the second child and 0 if not, u32 byte offsets of
// the slots of the edge above and of the edge above that asks the same feature (slot 0 when there is none), of the slots
// of the left and of the right edge, then of both f64 the share of the training rows, f64 the value of the leaf, 0 when
// the edge ends in none, and u32 the byte offset of the place of what it contributes. Forks stand before those below.
//
// A slot is f64 on (1 or 0), f64 on minus share, and three f64 a point: the inverse of the feature's factor, the product
// of the factors above and at the edge, and the sum over the leaves below. Slot 0 is above the root.
//
// What the edges contribute is added up in an order of its own, which their places give.
import { goesSecond } from './tree-walks'

const FORK_BYTES: usize = 80
const OFFSET: usize = 8
const SECOND: usize = 12
const ABOVE: usize = 16
const PREVIOUS: usize = 20
const LEFT: usize = 24
const RIGHT: usize = 28
const LEFT_SHARE: usize = 32
const RIGHT_SHARE: usize = 40
const LEFT_LEAF: usize = 48
const RIGHT_LEAF: usize = 56
const LEFT_PLACE: usize = 64
const RIGHT_PLACE: usize = 68

const SLOT_HEADER: usize = 16

/** The bytes of a slot; `pointCount` is even. */
export function treeSlotBytes(pointCount: i32): i32 {
  return <i32>SLOT_HEADER + 24 * pointCount
}

/**
 * `rule`: for every point its place t, then 1 - t of every point, then its weight; `targets`: u32 byte offsets in `out` of
 * the features of the edges, in the order in which they are added; `parts`: 16 bytes an edge, by places.
 */
export function addTreeShares(
  forks: usize,
  forkCount: i32,
  rule: usize,
  pointCount: i32,
  values: usize,
  slots: usize,
  parts: usize,
  targets: usize,
  out: usize,
): void {
  const bytes = (<usize>pointCount) << 3
  openSlots(slots, rule, bytes)
  let fork = forks
  for (let index = 0; index < forkCount; index++, fork += FORK_BYTES) multiply(fork, rule, bytes, values, slots)
  while (fork > forks) {
    fork -= FORK_BYTES
    addUp(fork, bytes, slots, parts)
  }
  const end = targets + ((<usize>forkCount) << 3)
  for (; targets < end; targets += 4, parts += 16) {
    const target = out + load<u32>(targets)
    store<f64>(target, load<f64>(target) + load<f64>(parts) + load<f64>(parts, 8))
  }
}

function openSlots(slots: usize, rule: usize, bytes: usize): void {
  store<f64>(slots, 1)
  store<f64>(slots, 0, 8)
  for (let at: usize = 0; at < bytes; at += 16) {
    const own = slots + SLOT_HEADER + at
    v128.store(own, f64x2.splat(1))
    v128.store(own + bytes, v128.load(rule + 2 * bytes + at))
    v128.store(own + 2 * bytes, f64x2.splat(0))
  }
}

/** Down: whether the row takes either edge, its factor and what is above times it; in a leaf the sum as well. */
function multiply(fork: usize, rule: usize, bytes: usize, values: usize, slots: usize): void {
  const above = slots + SLOT_HEADER + bytes + load<u32>(fork, ABOVE)
  const previous = slots + load<u32>(fork, PREVIOUS)
  let left = slots + load<u32>(fork, LEFT)
  let right = slots + load<u32>(fork, RIGHT)
  const isLeft = goesSecond(<u32>fork, load<u32>(fork, OFFSET), values) == load<u32>(fork, SECOND)
  const wasOn = load<f64>(previous)
  const leftOn = isLeft ? wasOn : 0
  const rightOn = isLeft ? 0 : wasOn
  const leftShare = load<f64>(fork, LEFT_SHARE)
  const rightShare = load<f64>(fork, RIGHT_SHARE)
  store<f64>(left, leftOn)
  store<f64>(left, leftOn - leftShare, 8)
  store<f64>(right, rightOn)
  store<f64>(right, rightOn - rightShare, 8)
  const one = f64x2.splat(1)
  const leftOns = f64x2.splat(leftOn)
  const rightOns = f64x2.splat(rightOn)
  const leftShares = f64x2.splat(leftShare)
  const rightShares = f64x2.splat(rightShare)
  const leftLeaf = f64x2.splat(load<f64>(fork, LEFT_LEAF))
  const rightLeaf = f64x2.splat(load<f64>(fork, RIGHT_LEAF))
  left += SLOT_HEADER
  right += SLOT_HEADER
  for (let at: usize = 0; at < bytes; at += 16) {
    const place = v128.load(rule + at)
    const rest = v128.load(rule + bytes + at)
    const product = f64x2.mul(v128.load(above + at), v128.load(previous + SLOT_HEADER + at))
    const leftFactor = f64x2.add(f64x2.mul(leftOns, place), f64x2.mul(leftShares, rest))
    const rightFactor = f64x2.add(f64x2.mul(rightOns, place), f64x2.mul(rightShares, rest))
    const leftProduct = f64x2.mul(product, leftFactor)
    const rightProduct = f64x2.mul(product, rightFactor)
    v128.store(left + at, f64x2.div(one, leftFactor))
    v128.store(left + bytes + at, leftProduct)
    v128.store(left + 2 * bytes + at, f64x2.mul(leftLeaf, leftProduct))
    v128.store(right + at, f64x2.div(one, rightFactor))
    v128.store(right + bytes + at, rightProduct)
    v128.store(right + 2 * bytes + at, f64x2.mul(rightLeaf, rightProduct))
  }
}

/**
 * Up: what the feature contributes in the leaves below, less what the edge before of the same feature was credited
 * there, and the sums handed to the edge above.
 */
function addUp(fork: usize, bytes: usize, slots: usize, parts: usize): void {
  const above = slots + SLOT_HEADER + 2 * bytes + load<u32>(fork, ABOVE)
  const previous = slots + load<u32>(fork, PREVIOUS)
  const left = slots + load<u32>(fork, LEFT)
  const right = slots + load<u32>(fork, RIGHT)
  const slopeBefore = f64x2.splat(load<f64>(previous, 8))
  const leftSlope = f64x2.splat(load<f64>(left, 8))
  const rightSlope = f64x2.splat(load<f64>(right, 8))
  let ofLeft = f64x2.splat(0)
  let ofRight = f64x2.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    const leftSum = v128.load(left + SLOT_HEADER + 2 * bytes + at)
    const rightSum = v128.load(right + SLOT_HEADER + 2 * bytes + at)
    v128.store(above + at, f64x2.add(f64x2.add(v128.load(above + at), rightSum), leftSum))
    const before = f64x2.mul(slopeBefore, v128.load(previous + SLOT_HEADER + at))
    const leftOwn = f64x2.mul(leftSlope, v128.load(left + SLOT_HEADER + at))
    const rightOwn = f64x2.mul(rightSlope, v128.load(right + SLOT_HEADER + at))
    ofLeft = f64x2.add(ofLeft, f64x2.mul(leftSum, f64x2.sub(leftOwn, before)))
    ofRight = f64x2.add(ofRight, f64x2.mul(rightSum, f64x2.sub(rightOwn, before)))
  }
  v128.store(parts + load<u32>(fork, LEFT_PLACE), ofLeft)
  v128.store(parts + load<u32>(fork, RIGHT_PLACE), ofRight)
}
