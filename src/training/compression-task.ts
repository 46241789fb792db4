import type { Application } from '../application/index.ts'
import type { EventLog } from '../data/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { RowModel } from '../models/index.ts'
import type { CompressionLoss, ModelQuality, TimedRows } from './compression-trial.ts'
import type { Artifacts, ModelVersion } from './model-registry.ts'

export interface CompressOptions {
  readonly seed: number
  /** How much of the main metric may be lost overall, and of others and in any segment beyond chance; 0.002 by default. */
  readonly maxLoss?: number
  /** Register and promote nothing. */
  readonly reportOnly?: boolean
  /** A clock in microseconds, for the latency. */
  readonly clockMicros: () => number
  /** Time of registration, in milliseconds since the Unix epoch. */
  readonly nowMs: number
  readonly onRecord?: (offset: number, last: number) => void
}

/** A model that may take the place of another, and what of it is asked. */
export interface CompressionCandidate {
  readonly name: string
  /** What is weighed and timed. */
  readonly model: RowModel
  readonly judge: () => { readonly quality: ModelQuality; readonly lost: CompressionLoss }
  /** The artifacts of the version with this model in it. */
  readonly artifacts: () => Artifacts
}

/** The model of a version and smaller ones, over what the log holds after the events that it learnt from. */
export interface CompressionTask {
  /** What is judged on: lists that people saw, or events that were scored. */
  readonly heldOut: { readonly what: 'lists' | 'events'; readonly count: number }
  /** The metric whose loss is bounded, as people know it. */
  readonly metric: string
  readonly timed: TimedRows
  /** The model as it is first. */
  readonly candidates: readonly CompressionCandidate[]
}

/** What a kind of system makes of a version. */
export type Compress = (
  application: Application,
  version: ModelVersion,
  log: EventLog,
  artifacts: Artifacts,
  options: Pick<CompressOptions, 'seed' | 'onRecord'>,
) => Promise<CompressionTask>

/** What a model that is small already is refused with. */
export function notOfTrees(system: string, { kind }: RowModel): SluiceError {
  return new SluiceError(
    'MODEL_MISMATCH',
    `compress ${system}: expected a model of trees, got ${kind}; it is small already, or was compressed before`,
  )
}
