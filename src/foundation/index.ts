export { BoundedMap } from './bounded-map.ts'
export { ByteReader } from './byte-reader.ts'
export { ByteWriter } from './byte-writer.ts'
export { canonicalJson } from './canonical-json.ts'
export { type Clock, manualClock } from './clock.ts'
export { isOpenRow, parseQuotedRow } from './delimited-row.ts'
export { DAY_MS, type Duration, durationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from './duration.ts'
export { contentHash, hashInteger, hashString, hashString53, sha256Hex } from './hash.ts'
export { hashFloats } from './hash-floats.ts'
export { Cardinality, HyperLogLogs } from './hyper-log-logs.ts'
export { dotProducts } from './kernels/dot-products.ts'
export {
  type FactorArrays,
  type FactorRates,
  scoreFactorRows,
  trainFactorRows,
} from './kernels/factor-machines.ts'
export type { KernelArena } from './kernels/kernel-arena.ts'
export { type Kernels, openKernels } from './kernels/kernels.ts'
export { LambdaKernel } from './kernels/lambda-kernel.ts'
export { type KernelProgram, startKernelProgram } from './kernels/program.ts'
export { invertSymmetric } from './kernels/symmetric-inverse.ts'
export { parseDate } from './parse-date.ts'
export { nearestRank, QuantileReader, QuantileSketches } from './quantile-sketches.ts'
export { type Random, randomFrom } from './random.ts'
export { selectRank } from './select-rank.ts'
export { assert, ERROR_CODES, type ErrorCode, isSluiceError, SluiceError } from './sluice-error.ts'
export { thrownMessages } from './thrown-messages.ts'
export { announceThread, startThread, type Thread, threadInput } from './worker-threads.ts'
