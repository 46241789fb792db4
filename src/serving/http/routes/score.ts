import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { scoringSystems } from '../../../application/index.ts'
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

/** `POST /v1/systems/:name/score`, a route a system: what to do about an event, or about a subject. */
export function scoreRoutes(app: FastifyInstance, context: ServerContext): void {
  for (const [name, { event }] of scoringSystems(context.engine.application)) scoreRoute(app, context, name, event)
  otherRoute(app, context)
}

function scoreRoute(app: FastifyInstance, { engine, disk }: ServerContext, name: string, event: string): void {
  const schema = {
    summary: `Takes a ${event} in, and answers with a probability, an action and its reasons`,
    tags: ['decisions'],
    body: Body,
    response: answers(ScoreAnswer, 'the decision, which is in the log'),
  }
  app.post<{ Body: Static<typeof Body> }>(`/v1/systems/${name}/score`, { schema }, async ({ body }) => {
    const answered = await disk.watch(engine.score(name, requestOf(body)))
    const { id, asOf, model, degraded, probability, action, reasons, duplicate } = answered
    const answer = { decision: id, asOf, model, degraded, probability, action, reasons }
    return duplicate ? { ...answer, duplicate } : answer
  })
}

/** What is asked of a system that does not exist, or that ranks. */
function otherRoute(app: FastifyInstance, { engine }: ServerContext): void {
  const schema = {
    summary: 'Answers with a probability, for systems that score',
    tags: ['decisions'],
    params: Params,
    response: answers(Type.Object({}), 'no system of this name scores'),
  }
  app.post<{ Params: Static<typeof Params> }>('/v1/systems/:name/score', { schema }, async ({ params }) => {
    engine.scoring.live(params.name)
  })
}

function requestOf({ event, subject }: Static<typeof Body>): ScoreRequest {
  if (event !== undefined && subject === undefined) return { event }
  if (event === undefined && subject !== undefined) return { subject }
  const got = event === undefined ? 'neither' : 'both'
  throw new SluiceError('INVALID_ARGUMENT', `body: expected either event or subject, got ${got}; send one of them`)
}
