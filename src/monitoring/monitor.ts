import type { Application } from '../application/index.ts'
import type { AppendResult, EventLog, EventRecord, RefusedInput, Subject } from '../data/index.ts'
import type { FeatureState } from '../features/index.ts'
import {
  DECISION,
  type Decision,
  type EngineObserver,
  type LiveSystem,
  type PageTrace,
  type ScoredDecision,
  type SearchDecision,
  type Stage,
} from '../serving/index.ts'
import type { ModelVersion } from '../training/index.ts'
import type { ChangeAlarm } from './change/change-watch.ts'
import { LiveShifts } from './live-shifts.ts'
import { openMetrics } from './metrics.ts'
import type { ShiftReport } from './row-shift.ts'
import { NO_VERSION, SystemMonitor, type SystemReport } from './system-monitor.ts'
import { LiveChanges } from './tactics/live-changes.ts'

/** What is known of a change of tactics. */
export interface ChangeReport {
  /** Nothing is told before the watch has learnt what is usual: six weeks of events. */
  readonly phase: 'warming-up' | 'learning' | 'watching'
  /** The last alarms, oldest first. */
  readonly alarms: readonly ChangeAlarm[]
  /** Records of the log that the watch has not seen yet: after a start it reads what it missed. */
  readonly behind: number
}

/** Everything that was measured since the start, in one document. */
export interface MonitorReport {
  readonly systems: Readonly<Record<string, SystemReport>>
  readonly events: {
    readonly accepted: number
    readonly duplicates: number
    /** Sum of `rejectedByCode`; they are in the quarantine. */
    readonly rejected: number
    readonly rejectedByCode: Readonly<Record<string, number>>
  }
  /** Absent before an engine is open. */
  readonly log?: {
    /** The last offset. */
    readonly head: number
    /** Records that the state has not seen. */
    readonly lag: number
    /** The engine's own records, such as decisions, that the disk refused. */
    readonly lost: number
  }
  /** Of each scoring system that has patterns: whether its tactics changed, as far as the log was seen. */
  readonly changes: Readonly<Record<string, ChangeReport>>
  /** Of each scoring system that was asked since the start: how far its rows lie from those that its version was judged on. */
  readonly shifts: Readonly<Record<string, ShiftReport>>
  /** Faults of monitoring itself, and the last of them; what they should have counted is missing above. */
  readonly faults: { readonly count: number; readonly last?: string }
}

/**
 * Watches an engine: counts, times and joins what it does, as metrics for Prometheus and as one report. It works in
 * bounded memory, and a fault of its own never reaches the engine.
 */
export class Monitor implements EngineObserver {
  readonly #metrics = openMetrics()
  readonly #systems: ReadonlyMap<string, SystemMonitor>
  readonly #changes: LiveChanges
  readonly #shifts = new LiveShifts()
  readonly #columnNames: readonly string[]
  readonly #rejected = new Map<string, number>()
  #accepted = 0
  #duplicates = 0
  #watched: { readonly log: EventLog; readonly state: FeatureState } | undefined
  /** The last offset when the engine opened. */
  #opened = 0
  #faults = 0
  #lastFault: string | undefined

  constructor(application: Application) {
    const names = Object.keys(application.systems)
    this.#systems = new Map(names.map((name) => [name, new SystemMonitor(application, name)]))
    this.#changes = new LiveChanges(application)
    this.#columnNames = application.features.columnNames
  }

  opened(log: EventLog, state: FeatureState): void {
    this.#watched = { log, state }
    this.#opened = log.head
  }

  /**
   * Takes up the watch of tactics where {@link save} left it and reads what came since, in turns with other work.
   *
   * @returns why what was saved is of no use, when so: then the whole log is read
   */
  resume(directory: string): string | undefined {
    if (!this.#watched) return undefined
    this.#shifts.load(directory)
    const refused = this.#changes.load(this.#watched.log, directory)
    this.#catchUp()
    return refused
  }

  /** Ends the watch and writes it beside the log, for {@link resume}. */
  async save(directory: string): Promise<void> {
    await this.#changes.stop()
    this.#guard(() => {
      if (!this.#watched) return
      this.#changes.save(this.#watched.log.generation, directory)
      this.#shifts.save(directory)
    })
  }

  stage(system: string, stage: Stage | 'total', ms: number): void {
    this.#guard(() => {
      this.#metrics.latency.observe({ system, stage }, ms)
      this.#systems.get(system)?.stage(stage, ms)
    })
  }

  decided(live: LiveSystem, trace: PageTrace, decision: Decision): void {
    this.#guard(() => {
      const { name: system } = live
      const version = decision.model ?? NO_VERSION
      this.#metrics.decisions.inc({ system, version })
      for (const reason of decision.degraded) this.#metrics.degraded.inc({ system, reason })
      for (const { probability } of decision.items) {
        if (probability !== undefined) this.#metrics.probability.observe({ system, version }, probability)
      }
      this.#systems.get(system)?.decided(live, trace, decision)
    })
  }

  searched(decision: SearchDecision): void {
    const { system, model, degraded, items } = decision
    this.#guard(() => {
      const version = model ?? NO_VERSION
      this.#metrics.decisions.inc({ system, version })
      for (const reason of degraded) this.#metrics.degraded.inc({ system, reason })
      for (const { probability } of items) {
        if (probability !== undefined) this.#metrics.probability.observe({ system, version }, probability)
      }
      this.#systems.get(system)?.searched(decision)
    })
  }

  scored(
    decision: ScoredDecision,
    made?: { readonly version: ModelVersion | undefined; readonly row: Float64Array },
  ): void {
    const { system, at, model, degraded, probability } = decision
    this.#guard(() => {
      const version = model ?? NO_VERSION
      this.#metrics.decisions.inc({ system, version })
      for (const reason of degraded) this.#metrics.degraded.inc({ system, reason })
      if (probability !== null) this.#metrics.probability.observe({ system, version }, probability)
      this.#systems.get(system)?.scored(decision)
      if (!made) return
      this.#systems.get(system)?.sawRow(this.#columnNames, made.row)
      for (const _alarm of this.#shifts.scored(system, made.version, made.row, at)) {
        this.#metrics.shifted.inc({ system })
      }
    })
  }

  appended({ accepted, duplicates, rejected }: AppendResult, refused: readonly RefusedInput[]): void {
    this.#guard(() => {
      this.#accepted += accepted
      this.#duplicates += duplicates
      this.#metrics.events.inc({ outcome: 'accepted' }, accepted)
      this.#metrics.events.inc({ outcome: 'duplicate' }, duplicates)
      this.#metrics.events.inc({ outcome: 'rejected' }, rejected.length + refused.length)
      for (const { code } of [...rejected, ...refused]) {
        this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1)
        this.#metrics.rejected.inc({ code })
      }
    })
  }

  applied(record: EventRecord, offset: number): void {
    this.#guard(() => {
      if (record.type === DECISION && typeof record.action === 'string') {
        this.#metrics.actions.inc({ system: String(record.system), action: record.action })
      }
      const alarmed = this.#changes.applied(record, offset)
      for (const system of alarmed ?? []) this.#metrics.changes.inc({ system })
      if (!alarmed) this.#catchUp()
      for (const system of this.#systems.values()) system.join?.applied(record)
    })
  }

  erased(subject: Subject, log: EventLog, state: FeatureState): void {
    this.#watched = { log, state }
    this.#guard(() => {
      for (const system of this.#systems.values()) system.join?.forget(subject)
      this.#changes.forget(subject)
    })
  }

  /** All metrics in the text format of Prometheus. */
  metricsText(): Promise<string> {
    this.#guard(() => this.#setGauges())
    return this.#metrics.registry.metrics()
  }

  /** All that was measured since the start. */
  report(): MonitorReport {
    const log = this.#log()
    return {
      systems: Object.fromEntries([...this.#systems].map(([name, system]) => [name, system.report()])),
      events: {
        accepted: this.#accepted,
        duplicates: this.#duplicates,
        rejected: [...this.#rejected.values()].reduce((sum, count) => sum + count, 0),
        rejectedByCode: Object.fromEntries(this.#rejected),
      },
      ...(log ? { log } : {}),
      changes: Object.fromEntries(
        [...this.#changes.systems].map(([name, each]) => [
          name,
          {
            phase: each.phase(this.#changes.newestAt),
            alarms: each.alarms,
            behind: (log?.head ?? 0) - this.#changes.seen,
          },
        ]),
      ),
      shifts: Object.fromEntries(
        [...this.#systems.keys()].flatMap((name) => {
          const shift = this.#shifts.report(name)
          return shift ? [[name, shift] as const] : []
        }),
      ),
      faults: { count: this.#faults, ...(this.#lastFault === undefined ? {} : { last: this.#lastFault }) },
    }
  }

  /** Alarms of before the start are in the report; those since are counted. */
  #catchUp(): void {
    const { log } = this.#watched ?? {}
    if (!log) return
    const onAlarm = (system: string, offset: number): void => {
      if (offset > this.#opened) this.#metrics.changes.inc({ system })
    }
    this.#changes.catchUp(log, onAlarm).catch((error: unknown) => this.#fault(error))
  }

  #log(): MonitorReport['log'] {
    if (!this.#watched) return undefined
    const { log, state } = this.#watched
    return { head: log.head, lag: log.head - state.offset, lost: log.internalLost }
  }

  #setGauges(): void {
    const log = this.#log()
    if (log) {
      this.#metrics.head.set(log.head)
      this.#metrics.lag.set(log.lag)
      this.#metrics.lost.set(log.lost)
    }
    for (const [system, monitor] of this.#systems) this.#setSystemGauges(system, monitor)
  }

  #setSystemGauges(system: string, { missing, join }: SystemMonitor): void {
    const { impressions, labelled, unattributed } = this.#metrics
    for (const [feature, rate] of Object.entries(missing?.rates() ?? {})) {
      this.#metrics.missing.set({ system, feature }, rate)
    }
    for (const { feature, shift } of this.#shifts.shifts(system)) this.#metrics.shift.set({ system, feature }, shift)
    if (!join) return
    unattributed.set({ system }, join.unknown)
    for (const [version, tally] of Object.entries(join.byVersion())) {
      impressions.set({ system, version }, tally.impressions)
      labelled.set({ system, version }, tally.labelled)
    }
  }

  /** Runs what must not fail for the engine's sake. */
  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#fault(error)
    }
  }

  #fault(error: unknown): void {
    this.#faults++
    this.#lastFault = error instanceof Error ? error.message : String(error)
    this.#metrics.faults.inc()
  }
}
