// One half of an iteration of alternating least squares over confidences: every row's vector is solved against the
// fixed vectors of its columns. With y the fixed vectors, G the sum of y y' over all columns, c the confidences of a
// row's own entries and l its penalty, the vector x of the row solves
//   (G + l I + sum (c - 1) y y') x = sum c y
// by steps of conjugate gradient from the present x, or by Cholesky. Rows do not depend on each other.
//
// A row's own vectors are copied together once and read in every step; four go side by side, and a row is filled up to
// a multiple of four with vectors of zeros.
import { factorAndSolve } from './small-cholesky'
import { addTransposed, clear, copyVector, dotVectors } from './vectors'

/** Entries whose vectors are copied together; longer rows are read where they lie. */
const PACKED: u32 = 512
const CONVERGED: f32 = 1e-20

/** Byte offsets of the arrays; `models/latent/als-memory.ts` writes it in this order. */
@unmanaged
class RowProblem {
  /** A multiple of 4. */
  factorCount: i32
  /** 0 for Cholesky. */
  steps: i32
  /** u32, one a row and one more. */
  starts: usize
  /** u32 an entry. */
  columns: usize
  /** f32 an entry, at least 1, and room for three more. */
  confidences: usize
  /** f32 a row. */
  penalties: usize
  /** f32, row-major: rows x factors. */
  solved: usize
  /** f32, row-major: columns x factors. */
  fixed: usize
  /** f32: factors x factors, of `fixed`. */
  gram: usize
}

/** Scratch for rows of up to `longest` entries: addresses, a vector of zeros, three more, the copies, a matrix. */
export function leastSquaresScratchBytes(factorCount: i32, longest: u32): usize {
  const vectorBytes = (<usize>factorCount) << 2
  return addressBytes(longest) + vectorBytes * (4 + <usize>PACKED + <usize>factorCount)
}

/** Solves the rows `from` to `to` (excluded). Returns 0, or 1 + the row whose matrix is not positive definite. */
export function solveLeastSquares(problemAt: usize, from: u32, to: u32, scratch: usize, longest: u32): u32 {
  const problem = changetype<RowProblem>(problemAt)
  const vectorBytes = (<usize>problem.factorCount) << 2
  const zeros = scratch + addressBytes(longest)
  clear(zeros, vectorBytes)
  for (let row = from; row < to; row++) {
    const start = load<u32>(problem.starts + ((<usize>row) << 2), 0)
    const count = load<u32>(problem.starts + ((<usize>row) << 2), 4) - start
    const x = problem.solved + <usize>row * vectorBytes
    if (count == 0) {
      clear(x, vectorBytes)
      continue
    }
    placeVectors(problem, start, count, scratch, zeros, zeros + 4 * vectorBytes)
    const confidences = problem.confidences + ((<usize>start) << 2)
    const penalty = load<f32>(problem.penalties + ((<usize>row) << 2))
    if (problem.steps > 0) descend(problem, scratch, confidences, count, penalty, x, zeros + vectorBytes)
    else if (!solveExactly(problem, scratch, confidences, count, penalty, x, zeros)) return row + 1
  }
  return 0
}

/**
 * What the entries of the rows `from` to `to` (excluded) add to the objective beyond the products of all pairs:
 * (c - 1) s^2 - 2 c s + c for each entry of score s, and the rows' penalties.
 */
export function leastSquaresLoss(problemAt: usize, from: u32, to: u32): f64 {
  const problem = changetype<RowProblem>(problemAt)
  const vectorBytes = (<usize>problem.factorCount) << 2
  let loss: f64 = 0
  for (let row = from; row < to; row++) {
    const x = problem.solved + <usize>row * vectorBytes
    const starts = problem.starts + ((<usize>row) << 2)
    for (let entry = load<u32>(starts, 0), end = load<u32>(starts, 4); entry < end; entry++) {
      const confidence = <f64>load<f32>(problem.confidences + ((<usize>entry) << 2))
      const score = <f64>dotVectors(x, fixedVector(problem, entry, vectorBytes), vectorBytes)
      loss += ((confidence - 1) * score - 2 * confidence) * score + confidence
    }
    loss += <f64>load<f32>(problem.penalties + ((<usize>row) << 2)) * <f64>dotVectors(x, x, vectorBytes)
  }
  return loss
}

function addressBytes(longest: u32): usize {
  return (((<usize>longest + 3) & ~3) + 4) << 2
}

function fixedVector(problem: RowProblem, entry: u32, vectorBytes: usize): usize {
  return problem.fixed + <usize>load<u32>(problem.columns + ((<usize>entry) << 2)) * vectorBytes
}

/** Writes where the vectors of a row's entries lie, in fours. */
function placeVectors(problem: RowProblem, start: u32, count: u32, addresses: usize, zeros: usize, copies: usize): void {
  const vectorBytes = (<usize>problem.factorCount) << 2
  const isPacked = count <= PACKED
  for (let index: u32 = 0; index < count; index++) {
    let vector = fixedVector(problem, start + index, vectorBytes)
    if (isPacked) {
      const copy = copies + <usize>index * vectorBytes
      copyVector(vector, copy, vectorBytes)
      vector = copy
    }
    store<u32>(addresses + ((<usize>index) << 2), <u32>vector)
  }
  for (let index = count; index & 3; index++) store<u32>(addresses + ((<usize>index) << 2), <u32>zeros)
}

/** Conjugate gradient from the present x; `scratch` holds residual, direction and the matrix times the direction. */
function descend(
  problem: RowProblem,
  addresses: usize,
  confidences: usize,
  count: u32,
  penalty: f32,
  x: usize,
  scratch: usize,
): void {
  const vectorBytes = (<usize>problem.factorCount) << 2
  const residual = scratch
  const direction = residual + vectorBytes
  const product = direction + vectorBytes
  multiplyGram(problem.gram, x, residual, vectorBytes, penalty, -1)
  addEntries(addresses, confidences, count, x, residual, vectorBytes, 1, -1)
  copyVector(residual, direction, vectorBytes)
  let before = dotVectors(residual, residual, vectorBytes)
  if (before < CONVERGED) return
  for (let step = 0; step < problem.steps; step++) {
    multiplyGram(problem.gram, direction, product, vectorBytes, penalty, 1)
    addEntries(addresses, confidences, count, direction, product, vectorBytes, 0, 1)
    const length = before / dotVectors(direction, product, vectorBytes)
    const after = takeStep(x, direction, residual, product, vectorBytes, length)
    if (after < CONVERGED) return
    turn(direction, residual, vectorBytes, after / before)
    before = after
  }
}

/** x += a p, r -= a Ap; returns r'r. */
function takeStep(x: usize, direction: usize, residual: usize, product: usize, vectorBytes: usize, a: f32): f32 {
  const length = f32x4.splat(a)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    v128.store(x + at, f32x4.add(v128.load(x + at), f32x4.mul(length, v128.load(direction + at))))
    v128.store(residual + at, f32x4.sub(v128.load(residual + at), f32x4.mul(length, v128.load(product + at))))
  }
  return dotVectors(residual, residual, vectorBytes)
}

/** p = r + b p. */
function turn(direction: usize, residual: usize, vectorBytes: usize, b: f32): void {
  const share = f32x4.splat(b)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    v128.store(direction + at, f32x4.add(v128.load(residual + at), f32x4.mul(share, v128.load(direction + at))))
  }
}

/** out = sign (G + penalty I) v; G is symmetric, so its rows are its columns. 32 factors at a time, then 4. */
function multiplyGram(gram: usize, v: usize, out: usize, vectorBytes: usize, penalty: f32, sign: f32): void {
  const own = f32x4.splat(penalty)
  const signs = f32x4.splat(sign)
  let at: usize = 0
  for (; at + 128 <= vectorBytes; at += 128) {
    let a = f32x4.mul(own, v128.load(v + at, 0))
    let b = f32x4.mul(own, v128.load(v + at, 16))
    let c = f32x4.mul(own, v128.load(v + at, 32))
    let d = f32x4.mul(own, v128.load(v + at, 48))
    let e = f32x4.mul(own, v128.load(v + at, 64))
    let f = f32x4.mul(own, v128.load(v + at, 80))
    let g = f32x4.mul(own, v128.load(v + at, 96))
    let h = f32x4.mul(own, v128.load(v + at, 112))
    let row = gram + at
    for (let k: usize = 0; k < vectorBytes; k += 4) {
      const value = v128.load32_splat(v + k)
      a = f32x4.add(a, f32x4.mul(value, v128.load(row, 0)))
      b = f32x4.add(b, f32x4.mul(value, v128.load(row, 16)))
      c = f32x4.add(c, f32x4.mul(value, v128.load(row, 32)))
      d = f32x4.add(d, f32x4.mul(value, v128.load(row, 48)))
      e = f32x4.add(e, f32x4.mul(value, v128.load(row, 64)))
      f = f32x4.add(f, f32x4.mul(value, v128.load(row, 80)))
      g = f32x4.add(g, f32x4.mul(value, v128.load(row, 96)))
      h = f32x4.add(h, f32x4.mul(value, v128.load(row, 112)))
      row += vectorBytes
    }
    v128.store(out + at, f32x4.mul(signs, a), 0)
    v128.store(out + at, f32x4.mul(signs, b), 16)
    v128.store(out + at, f32x4.mul(signs, c), 32)
    v128.store(out + at, f32x4.mul(signs, d), 48)
    v128.store(out + at, f32x4.mul(signs, e), 64)
    v128.store(out + at, f32x4.mul(signs, f), 80)
    v128.store(out + at, f32x4.mul(signs, g), 96)
    v128.store(out + at, f32x4.mul(signs, h), 112)
  }
  for (; at < vectorBytes; at += 16) {
    let sum = f32x4.mul(own, v128.load(v + at))
    let row = gram + at
    for (let k: usize = 0; k < vectorBytes; k += 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(v + k), v128.load(row)))
      row += vectorBytes
    }
    v128.store(out + at, f32x4.mul(signs, sum))
  }
}

/** out += sum over entries of (target c + sign (c - 1) y'v) y. */
function addEntries(
  addresses: usize,
  confidences: usize,
  count: u32,
  v: usize,
  out: usize,
  vectorBytes: usize,
  target: f32,
  sign: f32,
): void {
  const targets = f32x4.splat(target)
  const signs = f32x4.splat(sign)
  const ones = f32x4.splat(1)
  for (let index: u32 = 0; index < count; index += 4) {
    const at = (<usize>index) << 2
    const first = <usize>load<u32>(addresses + at, 0)
    const second = <usize>load<u32>(addresses + at, 4)
    const third = <usize>load<u32>(addresses + at, 8)
    const fourth = <usize>load<u32>(addresses + at, 12)
    const c = v128.load(confidences + at)
    const dots = fourDots(first, second, third, fourth, v, vectorBytes)
    const factors = f32x4.add(f32x4.mul(targets, c), f32x4.mul(f32x4.mul(signs, f32x4.sub(c, ones)), dots))
    addFour(first, second, third, fourth, factors, out, vectorBytes)
  }
}

function fourDots(first: usize, second: usize, third: usize, fourth: usize, v: usize, vectorBytes: usize): v128 {
  let a = f32x4.splat(0)
  let b = f32x4.splat(0)
  let c = f32x4.splat(0)
  let d = f32x4.splat(0)
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    const value = v128.load(v + at)
    a = f32x4.add(a, f32x4.mul(value, v128.load(first + at)))
    b = f32x4.add(b, f32x4.mul(value, v128.load(second + at)))
    c = f32x4.add(c, f32x4.mul(value, v128.load(third + at)))
    d = f32x4.add(d, f32x4.mul(value, v128.load(fourth + at)))
  }
  return addTransposed(a, b, c, d)
}

function addFour(
  first: usize,
  second: usize,
  third: usize,
  fourth: usize,
  factors: v128,
  out: usize,
  vectorBytes: usize,
): void {
  const a = f32x4.splat(f32x4.extract_lane(factors, 0))
  const b = f32x4.splat(f32x4.extract_lane(factors, 1))
  const c = f32x4.splat(f32x4.extract_lane(factors, 2))
  const d = f32x4.splat(f32x4.extract_lane(factors, 3))
  for (let at: usize = 0; at < vectorBytes; at += 16) {
    const left = f32x4.add(f32x4.mul(a, v128.load(first + at)), f32x4.mul(b, v128.load(second + at)))
    const right = f32x4.add(f32x4.mul(c, v128.load(third + at)), f32x4.mul(d, v128.load(fourth + at)))
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.add(left, right)))
  }
}

/** Writes the matrix and the right side out and solves them; false when the matrix is not positive definite. */
function solveExactly(
  problem: RowProblem,
  addresses: usize,
  confidences: usize,
  count: u32,
  penalty: f32,
  x: usize,
  zeros: usize,
): bool {
  const vectorBytes = (<usize>problem.factorCount) << 2
  const matrix = zeros + vectorBytes * (4 + <usize>PACKED)
  memory.copy(matrix, problem.gram, vectorBytes * <usize>problem.factorCount)
  for (let at: usize = 0; at < vectorBytes; at += 4) {
    const diagonal = matrix + (at >> 2) * vectorBytes + at
    store<f32>(diagonal, load<f32>(diagonal) + penalty)
  }
  clear(x, vectorBytes)
  // The scores of a vector of zeros are 0: what is left is the right side.
  addEntries(addresses, confidences, count, zeros, x, vectorBytes, 1, 0)
  for (let index: u32 = 0; index < count; index += 4) {
    addLowerProducts(matrix, addresses + ((<usize>index) << 2), confidences + ((<usize>index) << 2), vectorBytes)
  }
  return factorAndSolve(matrix, problem.factorCount, x)
}

/** Adds (c - 1) y y' of four entries to the lower triangle (and to what is right of it within a vector of four). */
function addLowerProducts(matrix: usize, addresses: usize, confidences: usize, vectorBytes: usize): void {
  const first = <usize>load<u32>(addresses, 0)
  const second = <usize>load<u32>(addresses, 4)
  const third = <usize>load<u32>(addresses, 8)
  const fourth = <usize>load<u32>(addresses, 12)
  let row = matrix
  for (let i: usize = 0; i < vectorBytes; i += 4) {
    const a = f32x4.splat((load<f32>(confidences, 0) - 1) * load<f32>(first + i))
    const b = f32x4.splat((load<f32>(confidences, 4) - 1) * load<f32>(second + i))
    const c = f32x4.splat((load<f32>(confidences, 8) - 1) * load<f32>(third + i))
    const d = f32x4.splat((load<f32>(confidences, 12) - 1) * load<f32>(fourth + i))
    for (let at: usize = 0; at <= i; at += 16) {
      const left = f32x4.add(f32x4.mul(a, v128.load(first + at)), f32x4.mul(b, v128.load(second + at)))
      const right = f32x4.add(f32x4.mul(c, v128.load(third + at)), f32x4.mul(d, v128.load(fourth + at)))
      v128.store(row + at, f32x4.add(v128.load(row + at), f32x4.add(left, right)))
    }
    row += vectorBytes
  }
}
