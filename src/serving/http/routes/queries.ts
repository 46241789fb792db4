import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { searchSystems } from '../../../application/index.ts'
import { queryReport } from '../../../evaluation/index.ts'
import { DAY_MS } from '../../../foundation/index.ts'
import { readSearchLog } from '../../search/query-log.ts'
import { answers, Open, orNull } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

const Query = Type.Object(
  {
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650, default: 7, description: 'searches so far back' })),
    slowMs: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: "the system's budget when absent" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 20, description: 'queries a list' })),
    leastSearches: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'asked at least so often' })),
  },
  { additionalProperties: false },
)

const Answer = Type.Object({
  searches: Type.Integer(),
  queries: Type.Integer({ description: 'different ones, whatever their case and blanks' }),
  zeroResultShare: orNull('number'),
  slowShare: orNull('number'),
  abandonedShare: orNull('number'),
  tookMs: Open('p50, p95 and p99'),
  zeroResult: Type.Array(Open('a query that found nothing, most often first')),
  slow: Type.Array(Open('a query that was slow, most often first')),
  abandoned: Type.Array(Open('a query that was left without a click more often than is usual, largest excess first')),
})

/** `GET /v1/systems/:name/queries`, a route a search system: what people ask and do not get. */
export function queryRoutes(app: FastifyInstance, { engine, logReaders, options }: ServerContext): void {
  const clock = options.clock ?? Date.now
  for (const [name, system] of searchSystems(engine.application)) {
    const schema = {
      summary: 'Which queries find nothing, are slow, or are left without a click',
      tags: ['systems'],
      querystring: Query,
      response: answers(Answer, 'the report, from the log'),
    }
    app.get<{ Querystring: Static<typeof Query> }>(`/v1/systems/${name}/queries`, { schema }, ({ query }) =>
      logReaders.during(async () => {
        const { days = 7, slowMs = system.budgetMs, limit: most, leastSearches } = query
        const log = await readSearchLog(engine.log, system, clock() - days * DAY_MS)
        return queryReport(log, { slowMs, most, leastSearches })
      }),
    )
  }
}
