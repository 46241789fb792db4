// Factorisation machines over sparse rows, plain (one vector a feature) and field-aware (one a feature and field).
// Scores are sums in f64 over f32 weights; a step of AdaGrad is f32, four factors side by side. Entries, pairs and
// factors are taken in order.

import { exponential } from './exponential'

/** Byte offsets of a machine's arrays; `../factor-machines.ts` writes it in this order. */
@unmanaged
class Machine {
  /** A multiple of 4. */
  factorCount: i32
  /** 0 for a plain machine. */
  fieldCount: i32
  /** u32 a feature; unread in a plain machine. */
  fields: usize
  /** f32 a feature, then the intercept. */
  linear: usize
  /** f32: [feature][factor], or [feature][field][factor]. */
  factors: usize
  /** f32: the sums of squared gradients, like `linear` and `factors`; unread in scoring. */
  linearSquares: usize
  factorSquares: usize
  intercept: usize
}

@unmanaged
class Rows {
  /** u32, one a row and one more. */
  starts: usize
  /** u32 an entry. */
  indices: usize
  /** f64 an entry. */
  values: usize
  /** f64 a row; both unread in scoring. */
  labels: usize
  weights: usize
}

export function scoreFactorRows(machineAt: usize, rowsAt: usize, out: usize, rowCount: i32): void {
  const machine = changetype<Machine>(machineAt)
  const rows = changetype<Rows>(rowsAt)
  for (let row = 0; row < rowCount; row++) {
    const start = rows.starts + ((<usize>row) << 2)
    store<f64>(out + ((<usize>row) << 3), scoreOf(machine, rows, load<u32>(start, 0), load<u32>(start, 4)))
  }
}

/** One step a row, in the order given (u32 a row). */
export function trainFactorRows(
  machineAt: usize,
  rowsAt: usize,
  order: usize,
  rowCount: i32,
  learningRate: f32,
  linearL2: f32,
  factorL2: f32,
): void {
  const machine = changetype<Machine>(machineAt)
  const rows = changetype<Rows>(rowsAt)
  for (let step = 0; step < rowCount; step++) {
    const row = <usize>load<u32>(order + ((<usize>step) << 2))
    const start = load<u32>(rows.starts + (row << 2), 0)
    const end = load<u32>(rows.starts + (row << 2), 4)
    const probability = logistic(scoreOf(machine, rows, start, end))
    const weight = load<f64>(rows.weights + (row << 3))
    const residual = <f32>(weight * (probability - load<f64>(rows.labels + (row << 3))))
    stepLinear(machine, rows, start, end, residual, learningRate, linearL2)
    if (machine.fieldCount == 0) stepFactors(machine, rows, start, end, residual, learningRate, factorL2)
    else stepPairs(machine, rows, start, end, residual, learningRate, factorL2)
  }
}

function logistic(score: f64): f64 {
  return 1 / (1 + f64x2.extract_lane(exponential(f64x2.splat(-score)), 0))
}

function scoreOf(machine: Machine, rows: Rows, start: u32, end: u32): f64 {
  let score = <f64>load<f32>(machine.intercept)
  for (let entry = start; entry < end; entry++) {
    score += valueOf(rows, entry) * <f64>load<f32>(machine.linear + (featureOf(rows, entry) << 2))
  }
  if (machine.fieldCount == 0) return score + 0.5 * interactionOf(machine, rows, start, end)
  return score + pairsOf(machine, rows, start, end)
}

function featureOf(rows: Rows, entry: u32): usize {
  return <usize>load<u32>(rows.indices + ((<usize>entry) << 2))
}

function valueOf(rows: Rows, entry: u32): f64 {
  return load<f64>(rows.values + ((<usize>entry) << 3))
}

/** Twice the sum over pairs, as the square of the sum less the sum of squares, factor by factor. */
function interactionOf(machine: Machine, rows: Rows, start: u32, end: u32): f64 {
  const vectorBytes = (<usize>machine.factorCount) << 2
  let total = f64x2.splat(0)
  for (let at: usize = 0; at < vectorBytes; at += 8) {
    let sum = f64x2.splat(0)
    let squares = f64x2.splat(0)
    for (let entry = start; entry < end; entry++) {
      const vector = machine.factors + featureOf(rows, entry) * vectorBytes
      const product = f64x2.mul(f64x2.splat(valueOf(rows, entry)), twoFactors(vector + at))
      sum = f64x2.add(sum, product)
      squares = f64x2.add(squares, f64x2.mul(product, product))
    }
    total = f64x2.add(total, f64x2.sub(f64x2.mul(sum, sum), squares))
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)
}

/** Two neighbouring f32 factors as f64. */
function twoFactors(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at))
}

function pairsOf(machine: Machine, rows: Rows, start: u32, end: u32): f64 {
  const vectorBytes = (<usize>machine.factorCount) << 2
  let total: f64 = 0
  for (let i = start; i < end; i++) {
    for (let j = i + 1; j < end; j++) {
      const left = pairVector(machine, rows, i, j)
      const right = pairVector(machine, rows, j, i)
      let dot = f64x2.splat(0)
      for (let at: usize = 0; at < vectorBytes; at += 8) {
        dot = f64x2.add(
          dot,
          f64x2.mul(twoFactors(machine.factors + left + at), twoFactors(machine.factors + right + at)),
        )
      }
      total += valueOf(rows, i) * valueOf(rows, j) * (f64x2.extract_lane(dot, 0) + f64x2.extract_lane(dot, 1))
    }
  }
  return total
}

/** Where the vector begins, in bytes from the first, that entry `i` shows to the field of entry `j`. */
function pairVector(machine: Machine, rows: Rows, i: u32, j: u32): usize {
  const field = <usize>load<u32>(machine.fields + (featureOf(rows, j) << 2))
  return (featureOf(rows, i) * machine.fieldCount + field) * ((<usize>machine.factorCount) << 2)
}

function stepLinear(
  machine: Machine,
  rows: Rows,
  start: u32,
  end: u32,
  residual: f32,
  learningRate: f32,
  l2: f32,
): void {
  const last = machine.intercept - machine.linear
  stepOne(machine.intercept, machine.linearSquares + last, residual, learningRate)
  for (let entry = start; entry < end; entry++) {
    const at = featureOf(rows, entry) << 2
    const gradient = residual * <f32>valueOf(rows, entry) + l2 * load<f32>(machine.linear + at)
    stepOne(machine.linear + at, machine.linearSquares + at, gradient, learningRate)
  }
}

function stepOne(weight: usize, square: usize, gradient: f32, learningRate: f32): void {
  const squares = load<f32>(square) + gradient * gradient
  store<f32>(square, squares)
  store<f32>(weight, load<f32>(weight) - (learningRate * gradient) / sqrt<f32>(squares))
}

function stepFactors(
  machine: Machine,
  rows: Rows,
  start: u32,
  end: u32,
  residual: f32,
  learningRate: f32,
  l2: f32,
): void {
  const vectorBytes = (<usize>machine.factorCount) << 2
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    let sum = f32x4.splat(0)
    for (let entry = start; entry < end; entry++) {
      const vector = v128.load(machine.factors + featureOf(rows, entry) * vectorBytes + at)
      sum = f32x4.add(sum, f32x4.mul(f32x4.splat(<f32>valueOf(rows, entry)), vector))
    }
    for (let entry = start; entry < end; entry++) {
      const place = featureOf(rows, entry) * vectorBytes + at
      const value = <f32>valueOf(rows, entry)
      const vector = v128.load(machine.factors + place)
      const others = f32x4.sub(sum, f32x4.mul(f32x4.splat(value), vector))
      stepFour(machine, place, vector, f32x4.mul(f32x4.splat(residual * value), others), learningRate, l2)
    }
  }
}

function stepPairs(
  machine: Machine,
  rows: Rows,
  start: u32,
  end: u32,
  residual: f32,
  learningRate: f32,
  l2: f32,
): void {
  const vectorBytes = (<usize>machine.factorCount) << 2
  for (let i = start; i < end; i++) {
    for (let j = i + 1; j < end; j++) {
      const factor = f32x4.splat(residual * <f32>valueOf(rows, i) * <f32>valueOf(rows, j))
      const first = pairVector(machine, rows, i, j)
      const second = pairVector(machine, rows, j, i)
      for (let at: usize = 0; at < vectorBytes; at += 16) {
        const left = v128.load(machine.factors + first + at)
        const right = v128.load(machine.factors + second + at)
        stepFour(machine, first + at, left, f32x4.mul(factor, right), learningRate, l2)
        stepFour(machine, second + at, right, f32x4.mul(factor, left), learningRate, l2)
      }
    }
  }
}

/** A step of four factors, `place` bytes from the first; the penalty joins the gradient here. */
function stepFour(machine: Machine, place: usize, vector: v128, slope: v128, learningRate: f32, l2: f32): void {
  const gradient = f32x4.add(slope, f32x4.mul(f32x4.splat(l2), vector))
  const squares = f32x4.add(v128.load(machine.factorSquares + place), f32x4.mul(gradient, gradient))
  v128.store(machine.factorSquares + place, squares)
  const step = f32x4.div(f32x4.mul(f32x4.splat(learningRate), gradient), f32x4.sqrt(squares))
  v128.store(machine.factors + place, f32x4.sub(vector, step))
}
