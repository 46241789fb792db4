import type { Application } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import type { Engine } from '../../serving/index.ts'
import type { ModelRegistry, TrainOptions } from '../../training/index.ts'
import type { SharedOptions } from '../shared-options.ts'
import type { AnyTraining, DemoReport, Measured } from './demo-report.ts'

/** What is asked of a demo on the command line; each takes what is of its world. */
export interface DemoOptions extends SharedOptions {
  readonly once: boolean
  readonly port: number
  readonly users: number
  readonly videos: number
  readonly cards: number
  readonly people: number
  readonly products: number
  /** Each world has a number of its own when absent. */
  readonly days?: number
}

/** A system that serves a world. */
export interface ServedDemo {
  readonly engine: Engine
  readonly address: string
  readonly atMs: number
  readonly seed: number
}

/** A world, and what is shown with it. */
export interface Demo<Training extends AnyTraining, Own extends Measured> {
  readonly application: Application
  readonly system: string
  /** How large the world is. */
  readonly size: Readonly<Record<string, number>>
  /** Where its days end, in milliseconds since the Unix epoch; the engine lives on from there. */
  readonly endMs: number
  readonly learn: (
    application: Application,
    system: string,
    log: EventLog,
    registry: ModelRegistry,
    options: TrainOptions,
  ) => Promise<Training>
  /** What the log is filled with, in the order of time. */
  events(): readonly unknown[]
  /** What serving shows. */
  measure(served: ServedDemo): Promise<Own>
  /** The report for people. */
  text(report: DemoReport<Training, Own>): string
  /** Commands that somebody can try while it serves; none when absent. */
  commands?(served: ServedDemo): string
}
