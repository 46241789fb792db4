import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { searchSystems } from '../../../application/index.ts'
import { answers, Id } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

const Answer = Type.Object({
  suggestions: Type.Array(
    Type.Object({
      text: Type.String(),
      source: Type.Union([Type.Literal('own'), Type.Literal('people')]),
      people: Type.Number({ description: 'how many people it is worth now, each fading; 0 for `own`' }),
      corrected: Type.Boolean({ description: 'what is typed was taken for a slip' }),
    }),
  ),
})

/** `GET /v1/systems/:name/suggest`, a route a search system. */
export function suggestRoutes(app: FastifyInstance, { engine }: ServerContext): void {
  for (const [name, { subject }] of searchSystems(engine.application)) {
    const schema = {
      summary: 'Completes a query while it is typed, by what people asked before',
      tags: ['decisions'],
      querystring: Type.Object({
        query: Type.String({ description: 'what has been typed so far' }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
        [subject]: Type.Optional(Type.String({ ...Id, description: 'whose own queries come first' })),
      }),
      response: answers(Answer, 'best first'),
    }
    app.get<{ Querystring: { query: string; limit?: number } & Readonly<Record<string, unknown>> }>(
      `/v1/systems/${name}/suggest`,
      { schema },
      async ({ query: asked }) => {
        const { query: typed, limit, [subject]: person } = asked
        const own = typeof person === 'string' ? { person } : {}
        return { suggestions: await engine.searching.suggest(name, { typed, limit, ...own }) }
      },
    )
  }
}
