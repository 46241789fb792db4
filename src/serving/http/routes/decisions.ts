import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { SluiceError } from '../../../foundation/index.ts'
import type { Engine } from '../../engine.ts'
import type { ScoredDecision } from '../../scoring/scored-decision.ts'
import { answers, DecisionAnswer, Id } from '../schemas.ts'
import { ScoredDecisionAnswer } from '../scoring-schemas.ts'
import { SearchDecisionAnswer } from '../search-schemas.ts'
import type { ServerContext } from '../server-context.ts'

const Params = Type.Object({ id: Id })
const Query = Type.Object(
  {
    explain: Type.Optional(Type.Boolean({ description: 'adds features, contributions and moves to the items' })),
    whyNot: Type.Optional(Type.String({ ...Id, description: 'an item: why is it not on the page?' })),
  },
  { additionalProperties: false },
)

/** `GET /v1/decisions/:id`: a page, or an event's score, as it was answered, and its reasons. */
export function decisionRoutes(app: FastifyInstance, { engine, logReaders }: ServerContext): void {
  const schema = {
    summary: 'A decision with its funnel and, if asked, its reasons',
    tags: ['decisions'],
    params: Params,
    querystring: Query,
    response: answers(
      Type.Union([ScoredDecisionAnswer, SearchDecisionAnswer, DecisionAnswer]),
      'the decision as it stands in the log',
    ),
  }
  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    '/v1/decisions/:id',
    { schema },
    ({ params, query }) => logReaders.during(() => readDecision(engine, params.id, query)),
  )
}

async function readDecision(engine: Engine, id: string, { explain, whyNot }: Static<typeof Query>) {
  const scored = engine.scoring.desk.decision(id)
  if (scored) return explain ? explainScore(engine, scored) : scored
  const found = await engine.decision(id)
  if (found && (explain || whyNot !== undefined)) {
    const options = { whyNot }
    const isSearch = 'understood' in found
    const explained = isSearch ? await engine.explainSearch(found, options) : await engine.explain(id, options)
    const { decision, items, ...rest } = explained
    return { ...decision, ...rest, items: explain ? items : decision.items }
  }
  if (found) return found
  throw new SluiceError('UNKNOWN_DECISION', `decision: expected one in the log, got ${JSON.stringify(id)}`)
}

async function explainScore(engine: Engine, scored: ScoredDecision) {
  const { decision, reproduced, explanation } = await engine.scoring.explain(scored)
  if (!explanation) return { ...decision, reproduced }
  const { score, baseline, contributions } = explanation
  return { ...decision, reproduced, explanation: { score, baseline, contributions } }
}
