import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { SluiceError } from '../../../foundation/index.ts'
import type { Engine } from '../../engine.ts'
import { requireEntity } from '../../require-entity.ts'
import { answers, EntitiesAnswer, EntityAnswer, Id } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

const List = Type.Object({ entity: Type.String() })
const One = Type.Object({ entity: Type.String(), id: Id })
const Query = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 50 })),
    after: Type.Optional(Type.String({ ...Id, description: 'the last id of the page before' })),
    id: Type.Optional(Type.Array(Id, { maxItems: 100, description: 'only these, in this order; repeat it for each' })),
  },
  { additionalProperties: false },
)

/** `GET /v1/entities/:entity` and `/v1/entities/:entity/:id`: what exists and what is known of it. */
export function entityRoutes(app: FastifyInstance, { engine }: ServerContext): void {
  const list = {
    summary: 'Everything of an entity that events or descriptions have named, in the order of its first appearance',
    tags: ['entities'],
    params: List,
    querystring: Query,
    response: answers(EntitiesAnswer, 'a page'),
  }
  app.get<{ Params: Static<typeof List>; Querystring: Static<typeof Query> }>(
    '/v1/entities/:entity',
    { schema: list },
    async ({ params, query }) => {
      requireEntity(engine.application, params.entity)
      return query.id ? theseEntities(engine, params.entity, query.id) : listEntities(engine, params.entity, query)
    },
  )
  const one = {
    summary: 'One of an entity, with the attributes that are known',
    tags: ['entities'],
    params: One,
    response: answers(EntityAnswer, 'id and attributes'),
  }
  app.get<{ Params: Static<typeof One> }>('/v1/entities/:entity/:id', { schema: one }, async ({ params }) => {
    requireEntity(engine.application, params.entity)
    const number = requireKey(engine, params.entity, params.id)
    return describe(engine, params.entity, number)
  })
}

function requireKey({ state }: Engine, entity: string, id: string): number {
  const number = state.attributes.keys(entity).find(id)
  if (number >= 0) return number
  throw new SluiceError('NOT_FOUND', `${entity}: expected one that an event has named, got ${JSON.stringify(id)}`)
}

function theseEntities(engine: Engine, entity: string, ids: readonly string[]) {
  const keys = engine.state.attributes.keys(entity)
  const numbers = ids.map((id) => keys.find(id)).filter((number) => number >= 0)
  return { items: numbers.map((number) => describe(engine, entity, number)), next: null }
}

function listEntities(engine: Engine, entity: string, { limit = 50, after }: Static<typeof Query>) {
  const keys = engine.state.attributes.keys(entity)
  const first = after === undefined ? 0 : requireKey(engine, entity, after) + 1
  const end = Math.min(keys.size, first + limit)
  const items = Array.from({ length: end - first }, (_, index) => describe(engine, entity, first + index))
  return { items, next: end < keys.size ? keys.name(end - 1) : null }
}

function describe({ state }: Engine, entity: string, number: number) {
  return { id: state.attributes.keys(entity).name(number), ...state.attributes.describe(entity, number) }
}
