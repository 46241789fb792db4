import type { AggregateSpec, MembershipSpec } from '../features/index.ts'
import type { Condition } from '../problem/index.ts'
import { type RetrievalContext, type RetrievalSetting, referenceField } from './environment.ts'

/** Keeps items from a subject: a definition, plain but for `open`. */
export interface CandidateFilter {
  /** Names the filter in decisions and reports; unique within a system. */
  readonly name: string
  readonly spec: unknown
  aggregates(setting: RetrievalSetting): readonly AggregateSpec[]
  /** Compiles the test that is true for an item to keep away. */
  open(context: RetrievalContext): (subject: number, item: number) => boolean
}

interface EventFilterOptions {
  readonly where?: Condition
}

/** Keeps away what the subject had before by way of an event: `seen('watch')`. */
export function seen(event: string, options: EventFilterOptions = {}): CandidateFilter {
  return eventFilter('seen', event, options)
}

/** Keeps away what the subject asked not to be shown: `hidden('hide')`. */
export function hidden(event: string, options: EventFilterOptions = {}): CandidateFilter {
  return eventFilter('hidden', event, options)
}

function eventFilter(kind: string, event: string, { where }: EventFilterOptions): CandidateFilter {
  const membership = ({ schema, subject, item }: RetrievalSetting): MembershipSpec => ({
    kind: 'membership',
    event,
    where,
    by: referenceField(schema, event, subject),
    of: referenceField(schema, event, item),
  })
  return {
    name: `${kind}(${event})`,
    spec: { kind, event, where },
    aggregates: (setting) => [membership(setting)],
    open(context) {
      const met = context.state.aggregate<'membership'>(membership(context))
      return (subject, item) => met.has(subject, item)
    },
  }
}

/**
 * Keeps away every item of a category that the subject refused: `blocked('block', { field: 'creator', of: 'video.creator' })`
 * where the event's `creator` names what `video.creator` holds.
 */
export function blocked(event: string, options: { field: string; of: string }): CandidateFilter {
  const membership = ({ schema, subject }: RetrievalSetting): MembershipSpec => ({
    kind: 'membership',
    event,
    by: referenceField(schema, event, subject),
    of: options.field,
  })
  return {
    name: `blocked(${event})`,
    spec: { kind: 'blocked', event, ...options },
    aggregates: (setting) => [membership(setting)],
    open(context) {
      const met = context.state.aggregate<'membership'>(membership(context))
      const { attributes } = context.state
      return (subject, item) => {
        const categories = attributes.categoryList(options.of, item)
        for (let index = 0; index < categories.length; index++) if (met.has(subject, categories[index]!)) return true
        return false
      }
    },
  }
}
