import type { GateResult, ScoringTrainingResult, SearchTrainingResult, TrainingResult } from '../../training/index.ts'

/** What training a system of any kind comes to. */
export type AnyTraining = TrainingResult | ScoringTrainingResult | SearchTrainingResult

/** What came of filling a log and learning from it. */
export interface Preparation {
  readonly version: string
  readonly seed: number
  readonly machine: {
    readonly processor: string
    readonly cores: number
    readonly memoryGiB: number
    readonly node: string
  }
  readonly world: Readonly<Record<string, number>> & { readonly events: number }
  readonly import: {
    readonly events: number
    readonly seconds: number
    readonly eventsPerSecond: number
    readonly offset: number
  }
  readonly training: {
    readonly seconds: number
    readonly version: string
    readonly modelHash: string
    readonly examples: AnyTraining['examples']
    readonly gate: GateResult
    readonly promoted: boolean
  }
}

/** It with the judgement: the first half of a demo's report. */
export type Prepared<Training extends AnyTraining> = Preparation & Training['judgement']

/** Decisions that were made a second time. */
export interface MadeAgain {
  readonly decisions: number
  readonly different: number
}

/** What every demo shows of serving. */
export interface Measured {
  /** Decisions that were asked for a second time over HTTP, where that has to give the same. */
  readonly again?: MadeAgain
}

/** The whole report of a demo. */
export type DemoReport<Training extends AnyTraining, Own extends Measured> = Prepared<Training> &
  Own & { readonly replay: MadeAgain }
