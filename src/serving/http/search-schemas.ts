import { Type } from '@sinclair/typebox'
import { Contributions, Formula, Objectives, ObjectiveTerms, Open, orNull, WhyNot } from './schemas.ts'

const itemFields = {
  id: Type.String(),
  position: Type.Integer({ minimum: 1, description: 'documents before the page counted' }),
  score: Type.Number({ description: "the ranker's, raw; that of the text when no ranker answered" }),
  text: Type.Number({ description: 'how well its text answers the query' }),
  probability: Type.Optional(Type.Number({ description: 'of the main label' })),
  objectives: Type.Optional(Objectives),
  movedFrom: Type.Integer({ description: 'its rank by text, from 1' }),
  because: Type.Optional(
    Type.Array(Type.Object({ rule: Type.String(), places: Type.Integer() }), {
      description: 'the rules of the page, or the pin, that moved it',
    }),
  ),
  pin: Type.Optional(Type.String({ description: 'the pin that it stands there by' })),
  sponsored: Type.Optional(Type.Boolean({ description: 'it stands in a slot for sponsored documents' })),
}

const GivenUp = Type.Array(Open('a rule or pin, what it asked for and what the page holds'), {
  description: 'what rules and pins ask for and the page does not hold',
})

const Corrections = Type.Array(
  Type.Object({ written: Type.String(), meant: Type.String(), confidence: Type.Number() }),
  { description: 'words that were looked for in the place of others' },
)

const DidYouMean = Type.Object(
  { text: Type.String(), confidence: Type.Number() },
  { description: 'the query as it was likelier meant' },
)

const Intent = Type.Array(Type.Object({ name: Type.String(), probability: Type.Number() }), {
  description: 'the classes of documents that the query likeliest means, as clicks told it',
})

const answerFields = {
  asOf: Type.Integer({ description: 'the offset that the state had seen' }),
  model: orNull('string'),
  degraded: Type.Array(Type.String(), { description: 'what was missing from the answer' }),
}

export const SearchAnswer = Type.Object({
  decision: Type.String({ description: 'name it in impressions, clicks and orders' }),
  ...answerFields,
  corrections: Corrections,
  didYouMean: Type.Optional(DidYouMean),
  intent: Type.Optional(Intent),
  filtersTaken: Type.Optional(Type.Array(Open('a filter that was recognised in the words'))),
  total: Type.Integer({ description: 'documents of the query in all' }),
  items: Type.Array(Type.Object(itemFields)),
  givenUp: Type.Optional(GivenUp),
  facets: Type.Optional(Open('with `facets`: by field, its values or ranges with how many documents have each')),
  groups: Type.Optional(Type.Array(Open('with `group`: a value, how many documents have it, and the ids of the best'))),
  groupCount: Type.Optional(Type.Integer({ description: 'with `group`: groups in all' })),
})

const ExplainedFound = Type.Object({
  ...itemFields,
  baseline: Type.Optional(Type.Number()),
  contributions: Type.Optional(Contributions),
  byObjective: Type.Optional(ObjectiveTerms),
  parts: Type.Optional(
    Type.Array(
      Type.Object({
        term: Type.String(),
        weight: Type.Number(),
        impact: Type.Number(),
        score: Type.Number(),
        written: Type.Optional(Type.String({ description: 'the words of the query that it stands for' })),
        by: Type.Optional(Type.String({ description: 'why it does: spelling, compound and the like' })),
      }),
      { description: 'what `text` is the sum of' },
    ),
  ),
})

export const SearchDecisionAnswer = Type.Object({
  id: Type.String(),
  system: Type.String(),
  at: Type.Integer({ description: 'milliseconds since the Unix epoch' }),
  ...answerFields,
  indexed: Type.Integer({ description: 'the offset of the last change of a document that the index had seen' }),
  modelHash: orNull('string'),
  featureHash: Type.String(),
  systemHash: Type.String(),
  rowsHash: Type.String(),
  request: Open('what was asked'),
  understood: Type.Object({
    corrections: Corrections,
    didYouMean: Type.Optional(DidYouMean),
    recognised: Type.Optional(Type.Array(Open('a filter that was taken from the words'))),
    intent: Type.Optional(Intent),
  }),
  total: Type.Integer({ description: 'documents of the query in all' }),
  countsHash: Type.Optional(Type.String({ description: 'of the facets and groups that were answered' })),
  funnel: Type.Object({ found: Type.Integer(), scored: Type.Integer(), page: Type.Integer() }),
  value: Type.Optional(Formula),
  items: Type.Array(ExplainedFound),
  givenUp: Type.Optional(GivenUp),
  reproduced: Type.Optional(Type.Boolean({ description: 'whether it could be made again to the byte' })),
  whyNot: Type.Optional(WhyNot),
})
