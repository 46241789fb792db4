import type { ScoringSystem } from '../../application/index.ts'
import type { EventRecord } from '../../data/index.ts'
import type { ReviewLabel } from '../../policy/index.ts'
import type { Condition, FieldSpec, Schema } from '../../problem/index.ts'

/**
 * The event that tells what a reviewer found out: as the system's label wants it, with what else it needs taken from
 * the event that was reviewed. What cannot be taken from there is left out, and the log then says what is missing.
 *
 * @param reviewed - the event that was decided about
 */
export function reviewEvent(
  schema: Schema,
  name: string,
  { label }: Pick<ScoringSystem, 'label'>,
  { id, event, fraud, at }: ReviewLabel,
  reviewed: EventRecord | undefined,
): EventRecord {
  const fields = schema.events[label.event] ?? {}
  const taken = Object.keys(fields).flatMap((field): [string, unknown][] => {
    const value = reviewed?.[field]
    return value === undefined ? [] : [[field, value]]
  })
  return {
    id: `${name}-${id}`,
    type: label.event,
    at,
    ...Object.fromEntries(taken),
    ...valuesFor(label.positive, fields, fraud),
    ...(label.early ? valuesFor(label.early.where, fields, true) : {}),
    [label.of]: event,
  }
}

/** Values of the fields of a condition with which it holds, or with which none of its tests does. */
function valuesFor(condition: Condition, fields: Readonly<Record<string, FieldSpec>>, holds: boolean) {
  return Object.fromEntries(
    Object.entries(condition).flatMap(([field, test]) => {
      const value = holds ? passing(test) : failing(test, fields[field])
      return value === undefined ? [] : [[field, value]]
    }),
  )
}

function passing(test: Condition[string]): unknown {
  return 'oneOf' in test ? test.oneOf[0] : (test.min ?? test.max)
}

/** A value that fails a test; undefined, which fails every test, where there is no other. */
function failing(test: Condition[string], spec: FieldSpec | undefined): unknown {
  if (!('oneOf' in test)) return test.min === undefined ? (test.max ?? 0) + 1 : test.min - 1
  if (spec?.kind === 'boolean') return [true, false].find((value) => !test.oneOf.includes(value))
  if (spec?.kind === 'integer' || spec?.kind === 'number') return Math.max(0, ...test.oneOf.map(Number)) + 1
  return undefined
}
