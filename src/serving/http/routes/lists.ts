import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { SluiceError } from '../../../foundation/index.ts'
import type { ListEntry } from '../../../policy/index.ts'
import type { Engine } from '../../engine.ts'
import { answers, Id } from '../schemas.ts'
import { By, ListEntryAnswer, ListsAnswer, Note, Params } from '../scoring-schemas.ts'
import type { ServerContext } from '../server-context.ts'

const PATH = '/v1/systems/:name/lists'
const MOST_ENTRIES = 1_000
const List = Type.Union([Type.Literal('allow'), Type.Literal('block')])
const Entity = Type.String({ minLength: 1, maxLength: 256, description: 'such as `card`' })
const Entry = Type.Object(
  {
    list: List,
    entity: Entity,
    key: Id,
    reason: Note,
    by: By,
    expiresAt: Type.Optional(
      Type.Integer({ minimum: 0, description: 'milliseconds since 1970; from then on it holds no more' }),
    ),
  },
  { additionalProperties: false },
)
const Gone = Type.Object({ list: List, entity: Entity, key: Id, by: By }, { additionalProperties: false })
const Query = Type.Object(
  {
    list: Type.Optional(List),
    entity: Type.Optional(Entity),
    key: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_ENTRIES, default: 100 })),
  },
  { additionalProperties: false },
)

/** `/v1/systems/:name/lists`: who is let through and who is refused, whatever rules and model say. */
export function listRoutes(app: FastifyInstance, { engine, disk, options }: ServerContext): void {
  const clock = options.clock ?? Date.now
  const reading = {
    summary: 'Entries of the allow and block lists that hold now, oldest key first',
    tags: ['lists'],
    params: Params,
    querystring: Query,
    response: answers(ListsAnswer, 'the entries'),
  }
  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    PATH,
    { schema: reading },
    async ({ params, query }) => {
      const { lists } = engine.scoring.policies.of(params.name)
      const { limit = 100, ...wanted } = query
      const entries: ListEntry[] = []
      for (const entry of lists.entries(clock())) {
        if (entries.length === limit) break
        if (isWanted(entry, wanted)) entries.push(entry)
      }
      return { size: lists.size, entries }
    },
  )
  const adding = {
    summary: 'Puts a key on a list, or replaces its entry there',
    tags: ['lists'],
    params: Params,
    body: Entry,
    response: answers(ListEntryAnswer, 'the entry'),
  }
  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Entry> }>(
    PATH,
    { schema: adding },
    async ({ params, body }) => {
      requireListed(engine, body.entity)
      await disk.watch(engine.change((policies) => policies.changeList(params.name, { kind: 'add', ...body })))
      return body
    },
  )
  const removing = {
    summary: 'Takes a key off a list; nothing happens when it is not there',
    tags: ['lists'],
    params: Params,
    querystring: Gone,
    response: answers(ListEntryAnswer, 'what is not there any more'),
  }
  app.delete<{ Params: Static<typeof Params>; Querystring: Static<typeof Gone> }>(
    PATH,
    { schema: removing },
    async ({ params, query }) => {
      await disk.watch(engine.change((policies) => policies.changeList(params.name, { kind: 'remove', ...query })))
      return query
    },
  )
}

function isWanted(
  entry: { readonly list: string; readonly entity: string; readonly key: string },
  { list = entry.list, entity = entry.entity, key = entry.key }: { list?: string; entity?: string; key?: string },
): boolean {
  return entry.list === list && entry.entity === entity && entry.key === key
}

function requireListed({ application: { schema } }: Engine, entity: string): void {
  if (Object.hasOwn(schema.entities, entity)) return
  const known = Object.keys(schema.entities).join(', ')
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `entity: expected one of ${known}, got ${JSON.stringify(entity)}; correct it`,
  )
}
