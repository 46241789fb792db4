import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Boundaries of latency buckets in milliseconds, close around the times that a page is allowed. */
const LATENCY_MS = [0.25, 0.5, 1, 2, 3, 5, 8, 12, 18, 25, 40, 60, 100, 150, 200, 500]
const PROBABILITIES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99]

export type Metrics = ReturnType<typeof openMetrics>

/** The metrics of one engine, in a registry of their own. */
export function openMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers })
  return {
    registry,
    latency: new Histogram({
      name: 'sluice_decision_stage_ms',
      help: 'Time of the stages of a decision, in milliseconds; total is the whole',
      labelNames: ['system', 'stage'] as const,
      buckets: LATENCY_MS,
      registers,
    }),
    probability: new Histogram({
      name: 'sluice_decision_probability',
      help: 'Probabilities of the items on pages',
      labelNames: ['system', 'version'] as const,
      buckets: PROBABILITIES,
      registers,
    }),
    decisions: counter('sluice_decisions_total', 'Decisions by model version', ['system', 'version']),
    degraded: counter('sluice_decisions_degraded_total', 'What decisions had to do without', ['system', 'reason']),
    actions: counter('sluice_actions_total', 'Actions of scoring systems, as they stand in the log', [
      'system',
      'action',
    ]),
    events: counter('sluice_events_total', 'Events offered, by what became of them', ['outcome']),
    rejected: counter('sluice_events_rejected_total', 'Events in quarantine, by code', ['code']),
    missing: gauge('sluice_feature_missing_ratio', 'Share of candidate rows without the feature', [
      'system',
      'feature',
    ]),
    impressions: gauge('sluice_impressions', 'Impressions by the version that decided them', ['system', 'version']),
    labelled: gauge('sluice_impressions_labelled', 'Impressions that the label followed', ['system', 'version']),
    unattributed: gauge('sluice_impressions_unattributed', 'Impressions that name no known decision', ['system']),
    head: gauge('sluice_log_head_offset', 'Last offset of the log', []),
    lag: gauge('sluice_state_lag_records', 'Records of the log that the state has not seen', []),
    lost: gauge('sluice_decisions_lost', 'Records of the engine itself that the disk refused', []),
    changes: counter('sluice_change_alarms_total', 'Changes of tactics that were told of', ['system']),
    shift: gauge(
      'sluice_feature_shift',
      'How far the values of a feature in the last 24 hours lie from when the version was judged: a population stability index',
      ['system', 'feature'],
    ),
    shifted: counter(
      'sluice_feature_shift_alarms_total',
      'Features that shifted far from when the version was judged',
      ['system'],
    ),
    faults: counter('sluice_monitor_faults_total', 'Faults of monitoring itself', []),
  }
}
