/** Latency of a number of requests, in milliseconds. */
export interface Latency {
  readonly requests: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** Quantiles of measured times, by the nearest rank. */
export function latencyOf(timesMs: readonly number[]): Latency {
  const sorted = Float64Array.from(timesMs).sort()
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
  return { requests: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) }
}
