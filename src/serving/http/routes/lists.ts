import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { SluiceError } from '../../../foundation/index.ts'
import { type ListEntry, readListLines } from '../../../policy/index.ts'
import type { Engine } from '../../engine.ts'
import { NDJSON } from '../json-body.ts'
import { answers, Id } from '../schemas.ts'
import { By, ListEntryAnswer, ListImportAnswer, ListsAnswer, Note, Params } from '../scoring-schemas.ts'
import type { ServerContext } from '../server-context.ts'

const PATH = '/v1/systems/:name/lists'
const MOST_ENTRIES = 1_000
const CSV = 'text/csv'
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

const ImportQuery = Type.Object(
  { by: By, list: Type.Optional(List), entity: Type.Optional(Entity) },
  { additionalProperties: false, description: 'the list and entity are those of lines that name none' },
)

/** `/v1/systems/:name/lists`: who is let through and who is refused, whatever rules and model say. */
export function listRoutes(app: FastifyInstance, context: ServerContext): void {
  // Rows of a delimited file are a body here and nowhere else.
  app.register(async (scope) => {
    scope.addContentTypeParser(CSV, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    importRoute(scope, context)
  })
  const { engine, disk, options } = context
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

function importRoute(app: FastifyInstance, { engine, disk, limits, options }: ServerContext): void {
  const clock = options.clock ?? Date.now
  const Lines = Type.Any({
    description: `at most ${limits.events} lines of list, entity, key, reason and expiresAt; of rows the first names them`,
  })
  const schema = {
    summary:
      'Puts many keys on lists; what does not fit is told with its line, the rest goes on, the same again is nothing',
    tags: ['lists'],
    params: Params,
    querystring: ImportQuery,
    body: { content: { [NDJSON]: { schema: Lines }, [CSV]: { schema: Lines } } },
    response: answers(ListImportAnswer, 'what became of the lines'),
  }
  app.post<{ Params: Static<typeof Params>; Querystring: Static<typeof ImportQuery>; Body: unknown }>(
    `${PATH}/import`,
    { schema },
    async ({ params, query, body, headers }) => {
      if (!Buffer.isBuffer(body)) {
        throw new SluiceError('INVALID_ARGUMENT', `body: expected ${NDJSON} or ${CSV}, got another type; send lines`)
      }
      engine.scoring.policies.of(params.name)
      const lines = readListLines(body.toString(), {
        ...query,
        at: clock(),
        format: headers['content-type']?.startsWith(CSV) ? 'csv' : 'ndjson',
        entities: Object.keys(engine.application.schema.entities),
        most: limits.events,
      })
      return disk.watch(engine.change((policies) => policies.importLists(params.name, lines)))
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
