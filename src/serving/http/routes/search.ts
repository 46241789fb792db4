import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { type SearchSystem, searchSystems } from '../../../application/index.ts'
import { isWordField } from '../../../retrieval/index.ts'
import type { SearchRequest } from '../../search/search-decision.ts'
import { answers, Fact, Id } from '../schemas.ts'
import { SearchAnswer } from '../search-schemas.ts'
import type { ServerContext } from '../server-context.ts'

/** Fields that a request may filter by. */
const MOST_FILTERS = 64

/** `POST /v1/systems/:name/search`, a route a system. */
export function searchRoutes(app: FastifyInstance, context: ServerContext): void {
  for (const [name, system] of searchSystems(context.engine.application)) searchRoute(app, context, name, system)
  otherRoute(app, context)
}

function searchRoute(app: FastifyInstance, { engine }: ServerContext, name: string, system: SearchSystem): void {
  const { subject, documents } = system
  const schema = {
    summary: `Answers a query with a page of ${documents}s, and logs the decision`,
    tags: ['decisions'],
    body: searchBody(system),
    response: answers(SearchAnswer, 'a page; `degraded` names what it had to do without'),
  }
  app.post<{ Body: Record<string, unknown> }>(`/v1/systems/${name}/search`, { schema }, async ({ body }) => {
    const { [subject]: key, ...rest } = body
    // The schema has checked every field.
    const request = { ...rest, ...(key === undefined ? {} : { subject: key }) } as unknown as SearchRequest
    const answer = await engine.search(name, request)
    const { id, asOf, model, degraded, total, items, givenUp, facets, groups, groupCount } = answer
    const { corrections, didYouMean, intent, recognised: filtersTaken } = answer.understood
    const read = { corrections, didYouMean, intent, filtersTaken }
    return { decision: id, asOf, model, degraded, ...read, total, items, givenUp, facets, groups, groupCount }
  })
}

function searchBody({ subject, page, fields }: SearchSystem): TSchema {
  const filtered = Object.keys(fields).filter((name) => !isWordField(fields[name]!))
  return Type.Object(
    {
      query: Type.String({ description: 'words, "phrases", +required, -forbidden, field:value; its start is read' }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: page.maxLimit, default: page.limit })),
      offset: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'documents before the page' })),
      filters: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          maxProperties: MOST_FILTERS,
          description: `by field (${filtered.join(', ')}): a value, a list of them, or {min, max}`,
        }),
      ),
      facets: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          maxProperties: MOST_FILTERS,
          description: 'what to count, by field: {most} of names, {ranges} or {step} of numbers and dates',
        }),
      ),
      sort: Type.Optional(
        Type.Array(Type.Unknown(), {
          maxItems: 8,
          description: "an order of fields in the place of the ranker's: {field, order}, and last `score`",
        }),
      ),
      group: Type.Optional(
        Type.Object(
          { by: Type.String(), size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) },
          { additionalProperties: false, description: 'the best of each value of a field; `limit` is how many groups' },
        ),
      ),
      context: Type.Optional(
        Type.Record(Type.String(), Fact, { maxProperties: 32, description: 'kept with the decision' }),
      ),
      atLeastOffset: Type.Optional(Type.Integer({ minimum: 0, description: 'see at least this offset, or 409' })),
      [subject]: Type.Optional(Type.String({ ...Id, description: 'who asks; absent or unknown: a stranger' })),
    },
    { additionalProperties: false },
  )
}

/** What is asked of a system that does not exist, or that does not search. */
function otherRoute(app: FastifyInstance, { engine }: ServerContext): void {
  app.post<{ Params: { name: string } }>('/v1/systems/:name/search', { schema: { hide: true } }, async ({ params }) => {
    engine.searching.live(params.name)
  })
}
