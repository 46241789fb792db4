import { type TSchema, Type } from '@sinclair/typebox'
import { MAX_ID_LENGTH } from '../../data/index.ts'
import { ERROR_CODES } from '../../foundation/index.ts'

/** An identifier of anything. */
export const Id = Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH })

/** A value of a type, or null. */
export const orNull = (type: string): TSchema => Type.Unsafe<unknown>({ type: [type, 'null'] })

/** Something that a caller knows of the moment. */
export const Fact = Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean(), Type.Null()])

/** An object of any fields, told apart in words. */
export const Open = (description: string): TSchema =>
  Type.Unsafe<unknown>({ type: 'object', additionalProperties: true, description })

const Counts = Type.Record(Type.String(), Type.Integer())

export const Formula = Type.Record(Type.String(), Type.Number(), {
  description: 'what each objective is worth; a score is the sum of weight times probability',
})

const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.String({ enum: [...ERROR_CODES], description: 'stable; docs/errors.md describes each' }),
    message: Type.String({ description: 'what: expected, got, what to do' }),
    details: Type.Optional(Type.Any()),
  }),
})

/** The answers of a route: its own, and errors. */
export const answers = (ok: TSchema, description: string) => ({
  200: Type.Unsafe<unknown>({ ...ok, description }),
  '4xx': Type.Unsafe<unknown>({ ...ErrorBody, description: 'the request cannot be answered as it is' }),
  '5xx': Type.Unsafe<unknown>({ ...ErrorBody, description: 'not now; see Retry-After' }),
})

export const AppendAnswer = Type.Object({
  accepted: Type.Integer(),
  duplicates: Type.Integer({ description: 'known by their id and not counted again' }),
  rejected: Type.Array(Type.Object({ index: Type.Integer(), code: Type.String(), message: Type.String() })),
  offset: Type.Integer({ description: 'a decision as of it sees every accepted event' }),
})

export const Objectives = Type.Record(Type.String(), Type.Number(), {
  description: 'the probability of each objective of a value',
})

const itemFields = {
  id: Type.String(),
  position: Type.Integer({ minimum: 1 }),
  score: Type.Number({ description: 'raw; log-odds of the label, or the value of all objectives' }),
  probability: Type.Optional(Type.Number({ description: 'of the main label' })),
  objectives: Type.Optional(Objectives),
  source: Type.String(),
  sources: Type.Array(Type.String()),
  because: Type.Optional(Type.String({ description: 'the item because of which it was found' })),
  sponsored: Type.Boolean(),
  explored: Type.Optional(
    Type.Object(
      { propensity: Type.Number({ description: 'the probability that a page like this shows it there' }) },
      { description: 'shown to learn about it' },
    ),
  ),
  movedFrom: Type.Integer({ description: 'its rank by score among all candidates, from 1' }),
}

export const RankAnswer = Type.Object({
  decision: Type.String({ description: 'name it in impressions; GET /v1/decisions/:id explains it' }),
  asOf: Type.Integer({ description: 'the offset that the state had seen' }),
  model: orNull('string'),
  degraded: Type.Array(Type.String(), { description: 'what was missing from the answer' }),
  items: Type.Array(Type.Object(itemFields)),
})

export const Contributions = Type.Array(
  Type.Object({ feature: Type.String(), value: orNull('number'), contribution: Type.Number() }),
)

export const ObjectiveTerms = Type.Record(
  Type.String(),
  Type.Object({
    weight: Type.Number(),
    probability: Type.Number(),
    value: Type.Number({ description: 'weight times probability; these sum to the score' }),
    baseline: Type.Number(),
    contributions: Contributions,
  }),
)

export const WhyNot = Type.Object({
  item: Type.String(),
  stage: Type.String(),
  rule: Type.String(),
  message: Type.String(),
})

const ExplainedItem = Type.Object({
  ...itemFields,
  baseline: Type.Optional(Type.Number()),
  contributions: Type.Optional(Contributions),
  byObjective: Type.Optional(ObjectiveTerms),
  moves: Type.Optional(Type.Array(Type.Object({ rule: Type.String(), places: Type.Integer() }))),
})

export const DecisionAnswer = Type.Object({
  id: Type.String(),
  system: Type.String(),
  at: Type.Integer({ description: 'milliseconds since the Unix epoch' }),
  asOf: Type.Integer(),
  model: orNull('string'),
  modelHash: orNull('string'),
  featureHash: Type.String(),
  systemHash: Type.String(),
  rowsHash: Type.String(),
  request: Open('what was asked'),
  degraded: Type.Array(Type.String()),
  funnel: Type.Object({
    found: Counts,
    filtered: Counts,
    candidates: Type.Integer(),
    kept: Type.Optional(Type.Integer({ description: 'let through by the light stage' })),
    scored: Type.Integer(),
    page: Type.Integer(),
  }),
  value: Type.Optional(Formula),
  items: Type.Array(ExplainedItem),
  exploration: Type.Optional(
    Type.Object(
      {
        item: Type.String(),
        pageShare: Type.Number({ description: 'the probability that a page like this explores at all' }),
        choices: Type.Array(
          Type.Object({
            item: Type.String(),
            successes: Type.Number(),
            failures: Type.Number(),
            propensity: Type.Number({ description: 'the probability that a page which explores shows it' }),
          }),
        ),
      },
      { description: 'what an explored item was drawn from' },
    ),
  ),
  reproduced: Type.Optional(Type.Boolean({ description: 'whether the page could be made again to the byte' })),
  whyNot: Type.Optional(WhyNot),
})

const systemFields = {
  name: Type.String(),
  task: Type.String(),
  subject: Type.String({ description: 'the entity that asks' }),
  item: Type.String({ description: 'the entity that is decided on; of a system that scores the event' }),
  model: orNull('string'),
  ranker: Type.Unsafe<unknown>({
    type: ['string', 'null'],
    description: 'what ranks: the main `ranker`, or the `fallback` where the main one did not pass the gate',
  }),
}

export const SystemsAnswer = Type.Object({
  application: Type.String(),
  systems: Type.Array(Type.Object({ ...systemFields, objective: Type.String() })),
})

export const SystemAnswer = Type.Object({
  ...systemFields,
  value: Type.Optional(Formula),
  problem: Open('what is decided, for whom, and what counts as success'),
  events: Open('the events of the schema with their fields, by name'),
  fields: Type.Optional(Open('of a system that searches: the fields of its index with their kinds, by name')),
  index: Type.Optional(
    Open('of a system that searches: documents, changes that are pending, changes that were refused, the last offset'),
  ),
  champion: orNull('string'),
  versions: Type.Array(Open('a version with its lineage, metrics and erasures'), { description: 'newest first' }),
  health: Type.Object({
    ready: Type.Boolean(),
    reasons: Type.Array(Type.String()),
    head: Type.Integer({ description: 'the last offset of the log' }),
    offset: Type.Integer({ description: 'the last offset that the state has seen' }),
  }),
  report: Type.Optional(Open('what monitoring has measured')),
})

export const EntityAnswer = Open('id and the attributes that are known')

export const EntitiesAnswer = Type.Object({
  items: Type.Array(EntityAnswer),
  next: Type.Unsafe<unknown>({ type: ['string', 'null'], description: 'give it as `after` for the next page' }),
})

export const ExportAnswer = Type.Unsafe<unknown>({
  type: 'object',
  additionalProperties: true,
  description: '`kind` tells what the line is: export, attributes, record, quarantined, state, model, end',
})

export const ErasureAnswer = Type.Object({
  receipt: Type.String({ description: 'the same stands in receipts.ndjson and at the models that are marked' }),
  at: Type.Integer({ description: 'milliseconds since the Unix epoch' }),
  entity: Type.String(),
  records: Type.Record(Type.String(), Type.Integer(), { description: 'records that are gone, by type' }),
  quarantine: Type.Integer({ description: 'quarantined inputs that are gone' }),
  sealed: Type.Object({ files: Type.Integer(), rows: Type.Integer() }),
  models: Type.Array(Type.Object({ system: Type.String(), version: Type.String(), records: Type.Integer() }), {
    description: 'versions that had learnt from those records; train to replace them',
  }),
  generation: Type.Integer({ description: 'how often the log was written anew' }),
  scan: Type.Object({
    files: Type.Integer(),
    bytes: Type.Integer(),
    occurrences: Type.Integer({ description: "of the id's bytes, anywhere; an id below six bytes occurs by chance" }),
    wholeOccurrences: Type.Integer({ description: 'of these, not as a part of a longer word' }),
  }),
})
