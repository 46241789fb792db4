// The best threshold of a leaf over a range of numerical features, by LightGBM's rules: bins from the right with what
// is missing on the left, then, where something is missing, bins from the left with it on the right. The first best
// wins. See Ke et al. 2017, "LightGBM", and FeatureHistogram in its sources.

/** LightGBM's kEpsilon: keeps a division by an empty sum of hessians finite. */
const TINY: f64 = 1e-15
const NUMERICAL: u8 = 1
const NUMERICAL_MISSING: u8 = 2

// Settings, f64 each.
const GRADIENT_UNIT: usize = 0
const HESSIAN_UNIT: usize = 8
const L1: usize = 16
const L2: usize = 24
const MIN_HESSIAN: usize = 32
const MIN_ROWS: usize = 40
const MIN_GAIN: usize = 48
const CONSTRAINED: usize = 56

// A leaf, f64 each: sums in units, the bounds of its value, rows a unit of hessian, rows.
const GRADIENT: usize = 0
const HESSIAN: usize = 8
const LOWER: usize = 16
const UPPER: usize = 24
const ROWS_PER_HESSIAN: usize = 32
const ROWS: usize = 40

// The best split, f64 each: gain, feature (-1: none), bin, whether missing goes left, left sums in units, and the
// gain before that of the leaf itself is taken off, for comparing.

let gradientUnit: f64 = 0
let hessianUnit: f64 = 0
let rowsPerHessian: f64 = 0
let l1: f64 = 0
let l2: f64 = 0
/** What is added to a sum of hessians. */
let penalty: f64 = 0
let minHessian: f64 = 0
let minRows: i32 = 0
let totalG: i64 = 0
let totalH: i64 = 0
let totalRows: i32 = 0
let lower: f64 = 0
let upper: f64 = 0
let constrained: bool = false
let direction: i32 = 0
/** What has to be exceeded: the total of both sides. */
let bestTotal: f64 = 0
let bestBin: i32 = -1
let bestLeft: i64 = 0

/**
 * histograms: i64, 256 a feature; kinds: u8 a feature, 1 numerical, 2 numerical with its last bin for what is missing,
 * others are passed over; binCounts: i32; monotone: i8 a feature, read when the settings say so.
 */
export function findNumericalSplit(
  histograms: usize,
  kinds: usize,
  binCounts: usize,
  monotone: usize,
  from: i32,
  to: i32,
  settings: usize,
  leaf: usize,
  best: usize,
): void {
  readSettings(settings)
  readLeaf(leaf)
  const own = ownGain() + load<f64>(settings, MIN_GAIN)
  let total = own
  let feature = -1
  let missingLeft = 1
  let left: i64 = 0
  let bin = 0
  for (let f = from; f < to; f++) {
    const kind = load<u8>(kinds + <usize>f)
    if (kind != NUMERICAL && kind != NUMERICAL_MISSING) continue
    const last = load<i32>(binCounts + ((<usize>f) << 2)) - 1
    if (constrained) direction = load<i8>(monotone + <usize>f)
    // Every feature starts anew, so that the best of all does not hang on how the features are shared out.
    bestTotal = own
    bestBin = -1
    const wayLeft = scan(histograms + ((<usize>f) << 11), last, kind == NUMERICAL_MISSING)
    if (bestBin < 0 || bestTotal <= total) continue
    total = bestTotal
    feature = f
    bin = bestBin
    left = bestLeft
    missingLeft = wayLeft
  }
  store<f64>(best, total - own, 0)
  store<f64>(best, <f64>feature, 8)
  store<f64>(best, <f64>bin, 16)
  store<f64>(best, <f64>missingLeft, 24)
  store<f64>(best, <f64>gradientOf(left), 32)
  store<f64>(best, <f64>hessianOf(left), 40)
  store<f64>(best, total, 48)
}

/** Returns whether what is missing goes left. */
function scan(histogram: usize, last: i32, hasMissing: bool): i32 {
  if (!hasMissing) {
    scanFromRight(histogram, last)
    return 1
  }
  scanFromRight(histogram, last - 1)
  const binFromRight = bestBin
  bestBin = -1
  scanFromLeft(histogram, last - 1)
  if (bestBin >= 0) return 0
  bestBin = binFromRight
  return 1
}

function readSettings(settings: usize): void {
  gradientUnit = load<f64>(settings, GRADIENT_UNIT)
  hessianUnit = load<f64>(settings, HESSIAN_UNIT)
  l1 = load<f64>(settings, L1)
  l2 = load<f64>(settings, L2)
  penalty = l2 + TINY
  minHessian = load<f64>(settings, MIN_HESSIAN)
  minRows = <i32>load<f64>(settings, MIN_ROWS)
  constrained = load<f64>(settings, CONSTRAINED) != 0
}

function readLeaf(leaf: usize): void {
  totalG = <i64>load<f64>(leaf, GRADIENT)
  totalH = <i64>load<f64>(leaf, HESSIAN)
  lower = load<f64>(leaf, LOWER)
  upper = load<f64>(leaf, UPPER)
  rowsPerHessian = load<f64>(leaf, ROWS_PER_HESSIAN)
  totalRows = <i32>load<f64>(leaf, ROWS)
}

/** The upper half; the lower one is never negative, so nothing is borrowed from it. */
@inline
function gradientOf(packed: i64): i32 {
  return <i32>(packed >> 32)
}

@inline
function hessianOf(packed: i64): u32 {
  return <u32>packed
}

function ownGain(): f64 {
  const g = shrunk(<f64>totalG * gradientUnit)
  const h = <f64>totalH * hessianUnit + 2 * TINY
  return constrained ? boundedGain(g, h, boundedValue(g, h)) : (g * g) / (h + l2)
}

/** Pulled to 0 by the L1 penalty. */
@inline
function shrunk(gradient: f64): f64 {
  if (l1 == 0) return gradient
  return Math.max(gradient - l1, 0) + Math.min(gradient + l1, 0)
}

function boundedValue(g: f64, h: f64): f64 {
  return Math.min(upper, Math.max(lower, -g / (h + l2)))
}

function boundedGain(g: f64, h: f64, value: f64): f64 {
  return -(2 * g * value + (h + l2) * value * value)
}

/** Thresholds `last - 1` down to 0; what lies beyond `last` goes left. */
function scanFromRight(histogram: usize, last: i32): void {
  const total = (totalG << 32) + totalH
  // Copies on the stack: the loop reads them far too often to fetch them again.
  const unit = hessianUnit
  const perHessian = rowsPerHessian
  const least = minHessian
  const leastRows = minRows
  const allRows = totalRows
  let right: i64 = 0
  let rows = 0
  for (let bin = last; bin > 0; bin--) {
    const value = load<i64>(histogram + ((<usize>bin) << 3))
    if (value == 0) continue
    right += value
    rows += <i32>(<f64>hessianOf(value) * perHessian + 0.5)
    const rightH = <f64>hessianOf(right) * unit
    if (rows < leastRows || rightH < least) continue
    const left = total - right
    const leftH = <f64>hessianOf(left) * unit
    if (allRows - rows < leastRows || leftH < least) return
    offer(left, right, leftH, rightH, bin - 1)
  }
}

/** Thresholds 0 up to `last`; what lies beyond goes right. */
function scanFromLeft(histogram: usize, last: i32): void {
  const total = (totalG << 32) + totalH
  const unit = hessianUnit
  const perHessian = rowsPerHessian
  const least = minHessian
  const leastRows = minRows
  const allRows = totalRows
  let left: i64 = 0
  let rows = 0
  for (let bin = 0; bin <= last; bin++) {
    const value = load<i64>(histogram + ((<usize>bin) << 3))
    if (value == 0 && bin < last) continue
    left += value
    rows += <i32>(<f64>hessianOf(value) * perHessian + 0.5)
    const leftH = <f64>hessianOf(left) * unit
    if (rows < leastRows || leftH < least) continue
    const right = total - left
    const rightH = <f64>hessianOf(right) * unit
    if (allRows - rows < leastRows || rightH < least) return
    offer(left, right, leftH, rightH, bin)
  }
}

@inline
function offer(left: i64, right: i64, leftH: f64, rightH: f64, bin: i32): void {
  if (constrained || l1 != 0) return offerPenalised(left, right, leftH + TINY, rightH + TINY, bin)
  const leftG = <f64>gradientOf(left) * gradientUnit
  const rightG = <f64>gradientOf(right) * gradientUnit
  const a = leftH + penalty
  const b = rightH + penalty
  // leftG^2 / a + rightG^2 / b > bestTotal, without the divisions.
  if (leftG * leftG * b + rightG * rightG * a <= bestTotal * a * b) return
  const total = (leftG * leftG) / a + (rightG * rightG) / b
  if (total <= bestTotal) return
  bestTotal = total
  bestBin = bin
  bestLeft = left
}

function offerPenalised(left: i64, right: i64, leftH: f64, rightH: f64, bin: i32): void {
  const leftG = shrunk(<f64>gradientOf(left) * gradientUnit)
  const rightG = shrunk(<f64>gradientOf(right) * gradientUnit)
  if (constrained) return offerBounded(left, leftG, rightG, leftH, rightH, bin)
  const total = (leftG * leftG) / (leftH + l2) + (rightG * rightG) / (rightH + l2)
  if (total <= bestTotal) return
  bestTotal = total
  bestBin = bin
  bestLeft = left
}

function offerBounded(left: i64, leftG: f64, rightG: f64, leftH: f64, rightH: f64, bin: i32): void {
  const leftValue = boundedValue(leftG, leftH)
  const rightValue = boundedValue(rightG, rightH)
  if (direction > 0 && leftValue > rightValue) return
  if (direction < 0 && leftValue < rightValue) return
  const total = boundedGain(leftG, leftH, leftValue) + boundedGain(rightG, rightH, rightValue)
  if (total <= bestTotal) return
  bestTotal = total
  bestBin = bin
  bestLeft = left
}
