export type {
  AggregateSpec,
  CoVisitsSpec,
  DecayedWeightsSpec,
  LastTimeSpec,
  MembershipSpec,
  SequenceSpec,
  SeriesSpec,
  TrendSpec,
} from './aggregates/aggregate.ts'
export type { CoVisits } from './aggregates/co-visits.ts'
export type { Membership } from './aggregates/membership.ts'
export type { Sequence } from './aggregates/sequence.ts'
export type { Trend } from './aggregates/trend.ts'
export { AttributeStore } from './attribute-store.ts'
export type { FeatureBuilder } from './builders/feature-builder.ts'
export { defineFeatures } from './define-features.ts'
export { EventRows } from './event-rows.ts'
export type { Feature, FeatureSet, ScalarFeature } from './feature.ts'
export { FeatureRows } from './feature-rows.ts'
export { FeatureState } from './feature-state.ts'
export { growFloat64, growInt32 } from './growable.ts'
export { Interner } from './interner.ts'
export { PairIndex } from './pair-index.ts'
export { RequestFrame } from './request-frame.ts'
export { estimateStateSize, type StatePart } from './size/state-size.ts'
export type { StateWorkload } from './size/state-workload.ts'
export { WorkloadSurvey } from './size/workload-survey.ts'
