import type { Application } from '../application/index.ts'
import type { Decision, LiveSystem, PageTrace, ScoredDecision, SearchDecision } from '../serving/index.ts'
import { type ClickThrough, ClickThroughJoin } from './click-through.ts'
import { MissingRates } from './missing-rates.ts'
import { RelativeHistogram } from './relative-histogram.ts'

/** Quantiles of a measured quantity. */
export interface Quantiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** What was seen of one system since the start. */
export interface SystemReport {
  readonly decisions: number
  readonly byVersion: Readonly<Record<string, number>>
  /** How many decisions had to do without what. */
  readonly degraded: Readonly<Record<string, number>>
  /** Milliseconds by stage; `total` is the whole decision. */
  readonly latencyMs: Readonly<Record<string, Quantiles>>
  /** Share of the rows of candidates, or events, in which a feature was not known. */
  readonly missing: Readonly<Record<string, number>>
  /** Probabilities of the items on pages, by version. */
  readonly probability: Readonly<Record<string, Quantiles>>
  /** By version; null when it cannot be known, for the reason in `unseen`. */
  readonly clickThrough: Readonly<Record<string, ClickThrough>> | null
  /** What could not be seen, and why. */
  readonly unseen: readonly string[]
}

/** The version of pages that no ranker made. */
export const NO_VERSION = 'none'

const STAGE_MS = { least: 0.001, most: 600_000 }
const PROBABILITY = { least: 1e-6, most: 1 }

/** Counts what one system does, in memory that does not grow with the number of requests. */
export class SystemMonitor {
  readonly join: ClickThroughJoin | undefined
  missing: MissingRates | undefined
  readonly #stages = new Map<string, RelativeHistogram>()
  readonly #probabilities = new Map<string, RelativeHistogram>()
  readonly #byVersion = new Map<string, number>()
  readonly #degraded = new Map<string, number>()

  constructor(application: Application, name: string) {
    this.join = ClickThroughJoin.of(application, name)
  }

  stage(stage: string, ms: number): void {
    known(this.#stages, stage, () => new RelativeHistogram(STAGE_MS)).add(ms)
  }

  decided(live: LiveSystem, trace: PageTrace, decision: Decision): void {
    this.missing ??= new MissingRates(live.rows.columnNames)
    this.missing.add(trace.rows)
    this.searched(decision)
  }

  /** An event was scored. */
  scored({ model, degraded, probability }: ScoredDecision): void {
    const version = model ?? NO_VERSION
    count(this.#byVersion, version)
    for (const reason of degraded) count(this.#degraded, reason)
    if (probability === null) return
    known(this.#probabilities, version, () => new RelativeHistogram(PROBABILITY)).add(probability)
  }

  /** The row of an event that was scored. */
  sawRow(columnNames: readonly string[], row: Float64Array): void {
    this.missing ??= new MissingRates(columnNames)
    this.missing.add(row)
  }

  /** A page of any kind was decided, of which no rows are told. */
  searched(decision: Pick<Decision | SearchDecision, 'id' | 'model' | 'degraded' | 'items'>): void {
    const version = decision.model ?? NO_VERSION
    count(this.#byVersion, version)
    for (const reason of decision.degraded) count(this.#degraded, reason)
    const probabilities = known(this.#probabilities, version, () => new RelativeHistogram(PROBABILITY))
    for (const { probability } of decision.items) if (probability !== undefined) probabilities.add(probability)
    this.join?.decided(decision.id, version)
  }

  report(): SystemReport {
    const clickThrough = this.join?.byVersion() ?? {}
    return {
      decisions: [...this.#byVersion.values()].reduce((sum, decisions) => sum + decisions, 0),
      byVersion: Object.fromEntries(this.#byVersion),
      degraded: Object.fromEntries(this.#degraded),
      latencyMs: quantilesOf(this.#stages),
      missing: this.missing?.rates() ?? {},
      probability: quantilesOf(this.#probabilities),
      clickThrough: Object.keys(clickThrough).length === 0 ? null : clickThrough,
      unseen: [...this.#unseenClicks(Object.keys(clickThrough).length > 0), ...this.#unseenProbabilities()],
    }
  }

  #unseenClicks(isJoined: boolean): string[] {
    const { join } = this
    if (!join) return ['click-through: the system does not say which event is an impression']
    const stray = join.unknown
    if (stray > 0) {
      return [`click-through: ${stray} impressions name no decision that was made since the start, and are not counted`]
    }
    return isJoined ? [] : ['click-through: no impression has named a decision since the start']
  }

  #unseenProbabilities(): string[] {
    const isSeen = [...this.#probabilities.values()].some((histogram) => histogram.count > 0)
    return isSeen ? [] : ['probability: no model has ranked a page since the start']
  }
}

function quantilesOf(histograms: ReadonlyMap<string, RelativeHistogram>): Record<string, Quantiles> {
  const filled = [...histograms].filter(([, histogram]) => histogram.count > 0)
  return Object.fromEntries(filled.map(([name, histogram]) => [name, quantiles(histogram)]))
}

function quantiles(histogram: RelativeHistogram): Quantiles {
  const at = (share: number): number => Number((histogram.quantile(share) ?? 0).toPrecision(4))
  return { count: histogram.count, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function known<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}
