import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { SluiceError } from '../../../foundation/index.ts'
import type { ScoreRequest } from '../../scoring/scored-decision.ts'
import { answers, Id } from '../schemas.ts'
import { Params, ScoreAnswer } from '../scoring-schemas.ts'
import type { ServerContext } from '../server-context.ts'

const Body = Type.Object(
  {
    event: Type.Optional(Type.Any({ description: 'with id, at and its fields; its type may be left out' })),
    subject: Type.Optional(Type.String({ ...Id, description: 'whose key is asked about, without an event' })),
  },
  { additionalProperties: false },
)

/** `POST /v1/systems/:name/score`: what to do about an event, or about a subject. */
export function scoreRoutes(app: FastifyInstance, { engine, disk }: ServerContext): void {
  const schema = {
    summary: 'Takes an event in, and answers with a probability, an action and its reasons',
    tags: ['decisions'],
    params: Params,
    body: Body,
    response: answers(ScoreAnswer, 'the decision, which is in the log'),
  }
  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Body> }>(
    '/v1/systems/:name/score',
    { schema },
    async ({ params, body }) => {
      engine.scoring.live(params.name)
      const { id, asOf, model, degraded, probability, action, reasons, duplicate } = await disk.watch(
        engine.score(params.name, requestOf(body)),
      )
      const answer = { decision: id, asOf, model, degraded, probability, action, reasons }
      return duplicate ? { ...answer, duplicate } : answer
    },
  )
}

function requestOf({ event, subject }: Static<typeof Body>): ScoreRequest {
  if (event !== undefined && subject === undefined) return { event }
  if (event === undefined && subject !== undefined) return { subject }
  const got = event === undefined ? 'neither' : 'both'
  throw new SluiceError('INVALID_ARGUMENT', `body: expected either event or subject, got ${got}; send one of them`)
}
