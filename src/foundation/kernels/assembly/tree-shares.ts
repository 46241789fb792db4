// Shapley values of one tree for one row: one pass down its edges and one up, with the polynomials of Shapley values
// held as their values at some points (see models/trees/tree-explainer.ts for the mathematics).
//
// An edge is 48 bytes: what it asks as a node of tree-walks.ts does (f64 threshold or set, u32 offset), u32 1 if it is
// taken by what goes to the second child and 0 if not, u32 byte offsets of the slots of its parent edge and of the edge
// above that asks the same feature (slot 0 when there is none), u32 byte offset of its feature's contribution, u32
// unused, f64 share of the training rows, f64 value of the leaf, 0 when it ends in none. Parents stand before children.
//
// A slot is f64 on (1 or 0), f64 on minus share, and three f64 a point: the inverse of the feature's factor, the product
// of the factors above and at the edge, and the sum over the leaves below. Slot 0 is above the root.
import { goesSecond } from './tree-walks'

const EDGE_BYTES: usize = 48
const OFFSET: usize = 8
const SECOND: usize = 12
const PARENT: usize = 16
const PREVIOUS: usize = 20
const FEATURE: usize = 24
const SHARE: usize = 32
const LEAF: usize = 40

const SLOT_HEADER: usize = 16

/** The bytes of a slot; `pointCount` is even. */
export function treeSlotBytes(pointCount: i32): i32 {
  return <i32>SLOT_HEADER + 24 * pointCount
}

/** `rule`: for every point its place t, then 1 - t of every point, then its weight; `out` takes the contributions. */
export function addTreeShares(
  edges: usize,
  edgeCount: i32,
  rule: usize,
  pointCount: i32,
  values: usize,
  slots: usize,
  out: usize,
): void {
  const bytes = (<usize>pointCount) << 3
  const slotBytes = <usize>treeSlotBytes(pointCount)
  openSlots(slots, rule, bytes)
  let edge = edges
  let slot = slots + slotBytes
  for (let index = 0; index < edgeCount; index++) {
    multiply(edge, rule, bytes, values, slots, slot)
    edge += EDGE_BYTES
    slot += slotBytes
  }
  while (edge > edges) {
    edge -= EDGE_BYTES
    slot -= slotBytes
    addUp(edge, bytes, slots, slot, out)
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

/** Down: whether the row takes the edge, its factor and what is above times it; in a leaf the sum as well. */
function multiply(edge: usize, rule: usize, bytes: usize, values: usize, slots: usize, slot: usize): void {
  const parent = slots + load<u32>(edge, PARENT)
  const previous = slots + load<u32>(edge, PREVIOUS)
  const follows = goesSecond(<u32>edge, load<u32>(edge, OFFSET), values) == load<u32>(edge, SECOND)
  const isOn = follows ? load<f64>(previous) : 0
  const share = load<f64>(edge, SHARE)
  store<f64>(slot, isOn)
  store<f64>(slot, isOn - share, 8)
  const on = f64x2.splat(isOn)
  const shares = f64x2.splat(share)
  const leaf = f64x2.splat(load<f64>(edge, LEAF))
  for (let at: usize = 0; at < bytes; at += 16) {
    const own = slot + SLOT_HEADER + at
    const factor = f64x2.add(f64x2.mul(on, v128.load(rule + at)), f64x2.mul(shares, v128.load(rule + bytes + at)))
    const above = f64x2.mul(v128.load(parent + SLOT_HEADER + bytes + at), v128.load(previous + SLOT_HEADER + at))
    const product = f64x2.mul(above, factor)
    v128.store(own, f64x2.div(f64x2.splat(1), factor))
    v128.store(own + bytes, product)
    v128.store(own + 2 * bytes, f64x2.mul(leaf, product))
  }
}

/**
 * Up: what the feature contributes in the leaves below, less what the edge before of the same feature was credited
 * there, and the sum handed to the parent.
 */
function addUp(edge: usize, bytes: usize, slots: usize, slot: usize, out: usize): void {
  const parent = slots + load<u32>(edge, PARENT)
  const previous = slots + load<u32>(edge, PREVIOUS)
  const slope = f64x2.splat(load<f64>(slot, 8))
  const slopeBefore = f64x2.splat(load<f64>(previous, 8))
  let contribution = f64x2.splat(0)
  for (let at: usize = 0; at < bytes; at += 16) {
    const sum = v128.load(slot + SLOT_HEADER + 2 * bytes + at)
    const target = parent + SLOT_HEADER + 2 * bytes + at
    v128.store(target, f64x2.add(v128.load(target), sum))
    const own = f64x2.mul(slope, v128.load(slot + SLOT_HEADER + at))
    const before = f64x2.mul(slopeBefore, v128.load(previous + SLOT_HEADER + at))
    contribution = f64x2.add(contribution, f64x2.mul(sum, f64x2.sub(own, before)))
  }
  const target = out + load<u32>(edge, FEATURE)
  store<f64>(target, load<f64>(target) + f64x2.extract_lane(contribution, 0) + f64x2.extract_lane(contribution, 1))
}
