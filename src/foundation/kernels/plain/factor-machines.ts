import type { FactorArrays, FactorExamples, FactorRates, FactorRows, FactorSquares } from '../factor-machines.ts'
import { plainExponential } from './exponential.ts'

const f32 = Math.fround

/** What the kernel of the same name computes, to the bit, in plain TypeScript. */
export function plainScoreFactorRows(machine: FactorArrays, rows: FactorRows, out: Float64Array): void {
  for (let row = 0; row < out.length; row++) out[row] = scoreOf(machine, rows, row)
}

/** What the kernel of the same name computes, to the bit, in plain TypeScript. */
export function plainTrainFactorRows(
  machine: FactorArrays,
  squares: FactorSquares,
  examples: FactorExamples,
  order: Uint32Array,
  rates: FactorRates,
): void {
  for (const row of order) {
    const probability = 1 / (1 + plainExponential(-scoreOf(machine, examples, row)))
    const residual = f32(examples.weights[row]! * (probability - examples.labels[row]!))
    stepLinear(machine, squares, examples, row, residual, rates)
    if (machine.fields === undefined) stepFactors(machine, squares, examples, row, residual, rates)
    else stepPairs(machine, squares, examples, row, residual, rates)
  }
}

function entriesOf({ starts }: FactorRows, row: number): number[] {
  const start = starts[row]!
  return Array.from({ length: starts[row + 1]! - start }, (_, index) => start + index)
}

function scoreOf(machine: FactorArrays, rows: FactorRows, row: number): number {
  const entries = entriesOf(rows, row)
  let score = machine.linear.at(-1)!
  for (const entry of entries) score += rows.values[entry]! * machine.linear[rows.indices[entry]!]!
  if (machine.fields === undefined) return score + 0.5 * interactionOf(machine, rows, entries)
  return score + pairsOf(machine, rows, entries)
}

function interactionOf({ factorCount, factors }: FactorArrays, rows: FactorRows, entries: number[]): number {
  const lanes = [0, 0]
  for (let factor = 0; factor < factorCount; factor++) {
    let sum = 0
    let squares = 0
    for (const entry of entries) {
      const product = rows.values[entry]! * factors[rows.indices[entry]! * factorCount + factor]!
      sum += product
      squares += product * product
    }
    lanes[factor & 1]! += sum * sum - squares
  }
  return lanes[0]! + lanes[1]!
}

function pairsOf(machine: FactorArrays, rows: FactorRows, entries: number[]): number {
  let total = 0
  forEachPair(entries, (i, j) => {
    const [left, right] = [pairVector(machine, rows, i, j), pairVector(machine, rows, j, i)]
    const lanes = [0, 0]
    for (let factor = 0; factor < machine.factorCount; factor++) {
      lanes[factor & 1]! += machine.factors[left + factor]! * machine.factors[right + factor]!
    }
    total += rows.values[i]! * rows.values[j]! * (lanes[0]! + lanes[1]!)
  })
  return total
}

function forEachPair(entries: number[], visit: (i: number, j: number) => void): void {
  entries.forEach((i, index) => {
    for (const j of entries.slice(index + 1)) visit(i, j)
  })
}

function pairVector(machine: FactorArrays, rows: FactorRows, i: number, j: number): number {
  const field = machine.fields![rows.indices[j]!]!
  return (rows.indices[i]! * machine.fieldCount + field) * machine.factorCount
}

function stepLinear(
  machine: FactorArrays,
  squares: FactorSquares,
  rows: FactorRows,
  row: number,
  residual: number,
  { learningRate, linearL2 }: FactorRates,
): void {
  const { linear } = machine
  step(linear, squares.linear, linear.length - 1, residual, learningRate)
  for (const entry of entriesOf(rows, row)) {
    const feature = rows.indices[entry]!
    const penalty = f32(f32(linearL2) * linear[feature]!)
    const gradient = f32(f32(residual * f32(rows.values[entry]!)) + penalty)
    step(linear, squares.linear, feature, gradient, learningRate)
  }
}

function stepFactors(
  { factorCount, factors }: FactorArrays,
  squares: FactorSquares,
  rows: FactorRows,
  row: number,
  residual: number,
  { learningRate, factorL2 }: FactorRates,
): void {
  const entries = entriesOf(rows, row)
  for (let factor = 0; factor < factorCount; factor++) {
    let sum = 0
    for (const entry of entries) {
      const vector = factors[rows.indices[entry]! * factorCount + factor]!
      sum = f32(sum + f32(f32(rows.values[entry]!) * vector))
    }
    for (const entry of entries) {
      const place = rows.indices[entry]! * factorCount + factor
      const value = f32(rows.values[entry]!)
      const others = f32(sum - f32(value * factors[place]!))
      const slope = f32(f32(residual * value) * others)
      step(factors, squares.factors, place, f32(slope + f32(f32(factorL2) * factors[place]!)), learningRate)
    }
  }
}

function stepPairs(
  machine: FactorArrays,
  squares: FactorSquares,
  rows: FactorRows,
  row: number,
  residual: number,
  { learningRate, factorL2 }: FactorRates,
): void {
  const { factorCount, factors } = machine
  forEachPair(entriesOf(rows, row), (i, j) => {
    const scale = f32(f32(residual * f32(rows.values[i]!)) * f32(rows.values[j]!))
    const [first, second] = [pairVector(machine, rows, i, j), pairVector(machine, rows, j, i)]
    // Four at a time, as the kernel has it: one feature twice in a row is a pair of a vector with itself.
    for (let from = 0; from < factorCount; from += 4) {
      const left = factors.slice(first + from, first + from + 4)
      const right = factors.slice(second + from, second + from + 4)
      for (const [at, own, other] of [
        [first + from, left, right],
        [second + from, right, left],
      ] as const) {
        own.forEach((weight, lane) => {
          const gradient = f32(f32(scale * other[lane]!) + f32(f32(factorL2) * weight))
          stepFrom(weight, factors, squares.factors, at + lane, gradient, learningRate)
        })
      }
    }
  })
}

function step(weights: Float32Array, squares: Float32Array, place: number, gradient: number, rate: number): void {
  stepFrom(weights[place]!, weights, squares, place, gradient, rate)
}

function stepFrom(
  weight: number,
  weights: Float32Array,
  squares: Float32Array,
  place: number,
  gradient: number,
  rate: number,
): void {
  squares[place] = squares[place]! + f32(gradient * gradient)
  weights[place] = weight - f32(f32(f32(rate) * gradient) / f32(Math.sqrt(squares[place]!)))
}
