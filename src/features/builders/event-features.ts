import type { EventRecord } from '../../data/index.ts'
import type { FieldKind, Schema } from '../../problem/index.ts'
import type { Column, Feature, ScalarFeature } from '../feature.ts'
import { eventFaults } from './checks.ts'

const NUMBER_KINDS: readonly FieldKind[] = ['number', 'integer', 'boolean']

/** A number of the event that is scored; `NaN` when it lacks the field, or when no event of that type is scored. */
export function eventNumber(schema: Schema, event: string, field: string): ScalarFeature {
  return {
    spec: { kind: 'event-number', event, field },
    aggregates: [],
    columns: [column('', event, (record) => numberOf(record[field]))],
    faults: fieldFaults(schema, event, field, NUMBER_KINDS),
  }
}

/** One column a value: 1 when the event that is scored has it, 0 when it has another, `NaN` when it has none. */
export function eventOneOf(schema: Schema, event: string, field: string, values: readonly string[]): Feature {
  return {
    spec: { kind: 'event-one-of', event, field, values },
    aggregates: [],
    columns: values.map((value) =>
      column(value, event, (record) => {
        const got = record[field]
        return got === undefined ? Number.NaN : Number(got === value)
      }),
    ),
    faults: fieldFaults(schema, event, field, ['category']),
  }
}

function column(suffix: string, event: string, read: (record: EventRecord) => number): Column {
  return {
    suffix,
    entities: [],
    open:
      () =>
      ({ record }) =>
        record?.type === event ? read(record) : Number.NaN,
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'boolean' || typeof value === 'number' ? Number(value) : Number.NaN
}

function fieldFaults(schema: Schema, event: string, field: string, kinds: readonly FieldKind[]): string[] {
  const faults = eventFaults(schema, event)
  if (faults.length > 0) return faults
  const fields = Object.entries(schema.events[event] ?? {}).filter(([, { kind }]) => kinds.includes(kind))
  if (fields.some(([name]) => name === field)) return []
  const known = fields.map(([name]) => name).join(', ') || 'it has none'
  return [`expected a ${kinds.join(', ')} of ${event} (${known}), got ${field}`]
}
