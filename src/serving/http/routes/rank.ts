import { type TSchema, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { type RankingSystem, rankingSystems } from '../../../application/index.ts'
import type { RankRequest } from '../../decision.ts'
import { answers, Fact, Id, RankAnswer } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

/** `POST /v1/systems/:name/rank`, a route a system. */
export function rankRoutes(app: FastifyInstance, context: ServerContext): void {
  for (const [name, system] of rankingSystems(context.engine.application)) rankRoute(app, context, name, system)
  otherRoute(app, context)
}

function rankRoute(app: FastifyInstance, { engine, limits }: ServerContext, name: string, system: RankingSystem): void {
  const { subject } = system
  const schema = {
    summary: `Answers with a page of ${system.item}s for a ${subject}, and logs the decision`,
    tags: ['decisions'],
    body: rankBody(system, limits.exclude),
    response: answers(RankAnswer, 'a page; `degraded` names what it had to do without'),
  }
  app.post<{ Body: Record<string, unknown> }>(`/v1/systems/${name}/rank`, { schema }, async ({ body }) => {
    const { [subject]: key, ...rest } = body
    // The schema has checked every field.
    const request = { subject: key, ...rest } as unknown as RankRequest
    const { id, asOf, model, degraded, items } = await engine.rank(name, request)
    return { decision: id, asOf, model, degraded, items }
  })
}

function rankBody({ subject, page, retrieval }: RankingSystem, exclude: number): TSchema {
  const Ids = (maxItems: number, description: string) => Type.Optional(Type.Array(Id, { maxItems, description }))
  return Type.Object(
    {
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: page.maxLimit, default: page.limit })),
      context: Type.Optional(
        Type.Record(Type.String(), Fact, { maxProperties: 32, description: 'kept with the decision' }),
      ),
      candidates: Ids(retrieval.candidates, 'choose from these instead of retrieving; filters do not apply'),
      exclude: Ids(exclude, 'never on the page'),
      atLeastOffset: Type.Optional(Type.Integer({ minimum: 0, description: 'see at least this offset, or 409' })),
      [subject]: Type.String({ ...Id, description: `a stranger gets a page too` }),
    },
    { additionalProperties: false },
  )
}

/** What is asked of a system that does not exist, or that scores. */
function otherRoute(app: FastifyInstance, { engine }: ServerContext): void {
  app.post<{ Params: { name: string } }>('/v1/systems/:name/rank', { schema: { hide: true } }, async ({ params }) => {
    engine.live(params.name)
  })
}
