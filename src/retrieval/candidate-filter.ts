import type { AggregateSpec, MembershipSpec } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { Condition } from '../problem/index.ts'
import { type RetrievalContext, type RetrievalSetting, referenceField, requireAttribute } from './environment.ts'

/** What fits a table of 32-bit numbers with room to spare. */
const MOST_PAIRS = 500_000_000

/** Keeps items from a subject: a definition, plain but for `open`. */
export interface CandidateFilter {
  /** Names the filter in decisions and reports; unique within a system. */
  readonly name: string
  readonly spec: unknown
  /**
   * What it reads of the state.
   *
   * @throws SluiceError `INVALID_APPLICATION` when it names what the schema does not have
   */
  aggregates(setting: RetrievalSetting): readonly AggregateSpec[]
  /** Compiles the test that is true for an item to keep away. */
  open(context: RetrievalContext): (subject: number, item: number) => boolean
}

interface KeepOptions {
  /**
   * How many pairs are remembered at most, 5,000,000 when it is not said. Beyond it a new pair takes the place of one
   * that was not written of late, which may then be shown again; `sluice doctor --size` tells what they take.
   */
  readonly keep?: { readonly pairs: number }
}

interface EventFilterOptions extends KeepOptions {
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

function eventFilter(kind: string, event: string, { where, keep }: EventFilterOptions): CandidateFilter {
  const membership = ({ schema, subject, item }: RetrievalSetting): MembershipSpec => ({
    kind: 'membership',
    event,
    where,
    by: referenceField(schema, event, subject),
    of: referenceField(schema, event, item),
    pairs: pairsToKeep(keep),
  })
  return {
    name: `${kind}(${event})`,
    spec: { kind, event, where, keep },
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
export function blocked(event: string, options: { field: string; of: string } & KeepOptions): CandidateFilter {
  const membership = ({ schema, subject }: RetrievalSetting): MembershipSpec => ({
    kind: 'membership',
    event,
    by: referenceField(schema, event, subject),
    of: options.field,
    pairs: pairsToKeep(options.keep),
  })
  return {
    name: `blocked(${event})`,
    spec: { kind: 'blocked', event, ...options },
    aggregates(setting) {
      requireAttribute(setting.schema, setting.item, options.of, ['category', 'categories'])
      requireCategoryField(setting, event, options.field)
      return [membership(setting)]
    },
    open(context) {
      const met = context.state.aggregate<'membership'>(membership(context))
      const categoriesOf = context.state.attributes.categoryListReader(options.of)
      return (subject, item) => {
        if (!met.mayHaveMet(subject)) return false
        const categories = categoriesOf(item)
        for (let index = 0; index < categories.length; index++) if (met.has(subject, categories[index]!)) return true
        return false
      }
    },
  }
}

function pairsToKeep(keep: KeepOptions['keep']): number | undefined {
  const pairs = keep?.pairs
  if (keep === undefined || (Number.isInteger(pairs) && keep.pairs >= 1 && keep.pairs <= MOST_PAIRS)) return pairs
  throw new SluiceError(
    'INVALID_APPLICATION',
    `keep: expected pairs from 1 to ${MOST_PAIRS}, got ${JSON.stringify(keep)}; correct the filter`,
  )
}

/** A reference would be numbered with the keys of its entity, and so never meet the categories of an attribute. */
function requireCategoryField({ schema }: RetrievalSetting, event: string, field: string): void {
  const fields = Object.entries(schema.events[event] ?? {})
  const usable = fields.filter(([, { kind }]) => kind === 'category' || kind === 'identifier').map(([name]) => name)
  if (usable.includes(field)) return
  throw new SluiceError(
    'INVALID_APPLICATION',
    `event ${event}: expected a category field (${usable.join(', ') || 'it has none'}), got ${field}`,
  )
}
