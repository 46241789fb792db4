// What a factorisation machine costs to keep small (Frappe): factors in half precision, and vectors as signed sums of
// rows that all features share by hashing; beside them, machines of fewer factors. Fitted on 80 % of the rows, stopped by 10 %, measured on the last 10 %; a
// compressed machine is written and read back, its latency is that of one row, all interleaved.
//
//   node bench/factor-compression.bench.ts [--data ../shared/data/frappe-ctr] [--seed 1] [--json]
import { parseArgs } from 'node:util'
import { logLoss, rocAuc } from '../src/evaluation/index.ts'
import { randomFrom } from '../src/foundation/index.ts'
import {
  type FactorMachine,
  fitFactorisationMachine,
  fitFieldAwareMachine,
  loadFactorisationMachine,
  loadFieldAwareMachine,
} from '../src/models/index.ts'
import { type FrappeExamples, frappeRows, readFrappe } from '../src/testing/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/frappe-ctr' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

/** Rounds of timing; the median counts. */
const ROUNDS = 9

const seed = Number(values.seed)
const examples = readFrappe(values.data)
if (examples === undefined) throw new Error(`expected Frappe's train.libfm.gz in ${values.data}`)
const [train, validation, test] = splitOf(examples)
const options = { l2: 0.02, linearL2: 1e-4, learningRate: 0.2, initialDeviation: 0.2, epochs: 60, validation, seed }
const plain = fitFactorisationMachine(train, { ...options, factorCount: 64 })
const aware = fitFieldAwareMachine(train, train, { ...options, l2: 0.015, factorCount: 16 })
const factorisationMachine = tableOf(plain, loadFactorisationMachine, (factorCount) =>
  fitFactorisationMachine(train, { ...options, factorCount }),
)
const fieldAware = tableOf(aware, loadFieldAwareMachine, (factorCount) =>
  fitFieldAwareMachine(train, train, { ...options, l2: 0.015, factorCount }),
)
/** Half precision costs nothing that one would see; the others are a choice between bytes and quality. */
const holds = [factorisationMachine, fieldAware].every(
  ([single, half]) => half && single && half.bytes < 0.6 * single.bytes && half.auc > single.auc - 0.001,
)
printReport(
  'factor-compression',
  { rows: examples.rowCount, seed, factorisationMachine, fieldAware, holds },
  values.json,
)

/** @param fit - for what the bytes buy when fewer factors are fitted in the first place */
function tableOf(
  machine: FactorMachine,
  load: (bytes: Uint8Array) => FactorMachine,
  fit: (factorCount: number) => FactorMachine,
) {
  const shared = (share: number): FactorMachine =>
    machine.inSharedRows(train, { rowCount: Math.round(machine.featureCount * share), seed })
  const variants = {
    single: machine,
    half: machine.inHalves(),
    ...Object.fromEntries(
      [1 / 2, 1 / 4, 1 / 8, 1 / 16].map((share) => [`shared rows, 1/${1 / share}, half`, shared(share).inHalves()]),
    ),
    ...Object.fromEntries(
      [2, 4].map((part) => [`${machine.factorCount / part} factors, half`, fit(machine.factorCount / part).inHalves()]),
    ),
  }
  const saved = Object.entries(variants).map(([name, variant]) => ({ name, bytes: variant.save() }))
  const loaded = saved.map(({ name, bytes }) => ({ name, bytes: bytes.length, machine: load(bytes) }))
  const times = loaded.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, variant] of loaded.entries()) times[index]?.push(microsPerRow(variant.machine))
  }
  return loaded.map(({ name, bytes, machine }, index) => ({
    name,
    bytes,
    ...qualityOf(machine),
    microsPerRow: rounded(times[index]?.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN, 2),
  }))
}

function splitOf(all: FrappeExamples): readonly [FrappeExamples, FrappeExamples, FrappeExamples] {
  const order = Uint32Array.from({ length: all.rowCount }, (_, row) => row)
  randomFrom(seed, 'frappe').shuffle(order)
  const [end, tenth] = [all.rowCount, Math.floor(all.rowCount / 10)]
  return [
    frappeRows(all, order.slice(0, end - 2 * tenth)),
    frappeRows(all, order.slice(end - 2 * tenth, end - tenth)),
    frappeRows(all, order.slice(end - tenth)),
  ]
}

function qualityOf(machine: FactorMachine): { auc: number; logLoss: number } {
  const scores = new Float64Array(test.rowCount)
  machine.scoreRows(test, scores)
  const probabilities = scores.map((score) => machine.response(score))
  return { auc: rounded(rocAuc(test.labels, scores), 4), logLoss: rounded(logLoss(test.labels, probabilities), 4) }
}

/** Of single rows, one after the other. */
function microsPerRow(machine: FactorMachine): number {
  const start = performance.now()
  for (let row = 0; row < test.rowCount; row++) {
    const [from, to] = [test.starts[row] ?? 0, test.starts[row + 1] ?? 0]
    machine.score(test.indices.subarray(from, to), test.values.subarray(from, to))
  }
  return (1000 * (performance.now() - start)) / test.rowCount
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
