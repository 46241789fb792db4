import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { EventRecord } from '../../../data/index.ts'
import { recordFields } from '../../../problem/index.ts'
import type { Engine } from '../../engine.ts'
import { answers, Id, SubjectAnswer } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'
import { requireEntity } from './entities.ts'

const Params = Type.Object({ entity: Type.String(), id: Id })
const Query = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })) },
  { additionalProperties: false },
)

/** Offsets of the log that one request looks at, counted from its head. */
const MAX_SEARCHED = 200_000
/** Offsets that are read before others get a turn. */
const SEARCHED_AT_ONCE = 2_048

/** `GET /v1/subjects/:entity/:id`: what is known of one person or thing. */
export function subjectRoutes(app: FastifyInstance, { engine, logReaders }: ServerContext): void {
  const schema = {
    summary: `What is known of a subject: its attributes and its newest events among the last ${MAX_SEARCHED} records`,
    tags: ['subjects'],
    params: Params,
    querystring: Query,
    response: answers(SubjectAnswer, 'attributes and events; `searched` says how far the log was read'),
  }
  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    '/v1/subjects/:entity/:id',
    { schema },
    ({ params, query }) => logReaders.during(() => describeSubject(engine, params, query.limit ?? 100)),
  )
}

async function describeSubject(engine: Engine, { entity, id }: Static<typeof Params>, limit: number) {
  requireEntity(engine, entity)
  const { attributes } = engine.state
  const number = attributes.keys(entity).find(id)
  const known = number < 0 ? {} : attributes.describe(entity, number)
  return { entity, id, attributes: known, ...(await newestEvents(engine, { entity, id }, limit)) }
}

async function newestEvents({ log, application }: Engine, subject: { entity: string; id: string }, limit: number) {
  const names = compileNames(application, subject)
  const until = log.head
  const oldest = Math.max(1, until - MAX_SEARCHED + 1)
  const events: (EventRecord & { offset: number })[] = []
  let from = until + 1
  while (from > oldest && events.length < limit) {
    const end = from - 1
    from = Math.max(oldest, from - SEARCHED_AT_ONCE)
    const found: typeof events = []
    for (const { firstOffset, records } of log.read(from, end)) {
      records.forEach((record, index) => {
        if (names(record)) found.push({ offset: firstOffset + index, ...record })
      })
    }
    events.push(...found.reverse())
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { events: events.slice(0, limit), searched: { from, until, complete: from <= 1 } }
}

/** Compiles the test whether a record names the subject. */
function compileNames(application: Engine['application'], { entity, id }: { entity: string; id: string }) {
  const { schema } = application
  const types = [...Object.keys(schema.events), ...Object.keys(schema.entities)]
  const fieldsOf = new Map(
    types.map((type) => [
      type,
      Object.entries(recordFields(schema, type) ?? {})
        .filter(([, spec]) => spec.entity === entity)
        .map(([name]) => name),
    ]),
  )
  return (record: EventRecord): boolean => fieldsOf.get(record.type)?.some((field) => record[field] === id) ?? false
}
