import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { cohenKappa } from '../../../evaluation/index.ts'
import type { ReviewCase, ReviewQueue, VerdictPair } from '../../../policy/index.ts'
import { answers, Id } from '../schemas.ts'
import {
  By,
  CaseAnswer,
  CaseParams,
  CasesAnswer,
  ClaimAnswer,
  Note,
  Params,
  VerdictAnswer,
} from '../scoring-schemas.ts'
import type { ServerContext } from '../server-context.ts'

const PATH = '/v1/systems/:name/cases'
const Stage = Type.Union([Type.Literal('open'), Type.Literal('escalated'), Type.Literal('check')])
const Found = Type.Union([Type.Literal('fraud'), Type.Literal('legitimate'), Type.Literal('unsure')])
const FINDINGS = ['fraud', 'legitimate', 'unsure'] as const
const MOST_CASES = 1_000

const Query = Type.Object(
  {
    stage: Type.Optional(Stage),
    limit: Type.Optional(Type.Integer({ minimum: 0, maximum: MOST_CASES, default: 50 })),
  },
  { additionalProperties: false },
)
const Claim = Type.Object({ reviewer: By, stage: Type.Optional(Stage) }, { additionalProperties: false })
const Held = Type.Object({ reviewer: By }, { additionalProperties: false })
const Judgement = Type.Object(
  {
    reviewer: By,
    verdict: Found,
    note: Type.Optional(Note),
    seen: Type.Integer({ minimum: 1, description: 'how many alerts were shown; later ones become another case' }),
    alerts: Type.Optional(
      Type.Array(Type.Object({ decision: Id, verdict: Found, note: Note }, { additionalProperties: false }), {
        maxItems: 1_000,
        description: 'where single alerts are judged otherwise',
      }),
    ),
  },
  { additionalProperties: false },
)

/** `/v1/systems/:name/cases`: what people look at, who has it, and what they found. */
export function caseRoutes(app: FastifyInstance, context: ServerContext): void {
  queueRoute(app, context)
  const { engine, disk } = context
  const claiming = {
    summary: 'Gives a reviewer the most urgent case, which nobody else has then',
    tags: ['cases'],
    params: Params,
    body: Claim,
    response: answers(ClaimAnswer, 'the case; null when nothing waits for this reviewer'),
  }
  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Claim> }>(
    `${PATH}/claim`,
    { schema: claiming },
    async ({ params, body }) => {
      const found = await disk.watch(engine.change((policies) => policies.claim(params.name, body)))
      return { case: found ?? null }
    },
  )
  for (const kind of ['release', 'heartbeat'] as const) heldRoute(app, context, kind)
  const judging = {
    summary: 'Takes a verdict; what it says of events goes into the log as events of the label',
    tags: ['cases'],
    params: CaseParams,
    body: Judgement,
    response: answers(VerdictAnswer, 'the case as it is now, or was when it was decided'),
  }
  app.post<{ Params: Static<typeof CaseParams>; Body: Static<typeof Judgement> }>(
    `${PATH}/:id/verdict`,
    { schema: judging },
    ({ params: { name, id }, body }) =>
      disk.watch(engine.change((policies) => policies.judge(name, { case: id, ...body }))),
  )
}

function heldRoute(app: FastifyInstance, { engine, disk }: ServerContext, kind: 'release' | 'heartbeat'): void {
  const schema = {
    summary: kind === 'release' ? 'Gives a case back' : 'Keeps a case for as long again',
    tags: ['cases'],
    params: CaseParams,
    body: Held,
    response: answers(CaseAnswer, 'the case'),
  }
  app.post<{ Params: Static<typeof CaseParams>; Body: Static<typeof Held> }>(
    `${PATH}/:id/${kind}`,
    { schema },
    ({ params: { name, id }, body: { reviewer } }) =>
      disk.watch(engine.change((policies) => policies.keepOrRelease(name, kind, { case: id, reviewer }))),
  )
}

function queueRoute(app: FastifyInstance, { engine, options }: ServerContext): void {
  const clock = options.clock ?? Date.now
  const schema = {
    summary: 'The review queue: what waits, most urgent first, what each reviewer did, and how far they agree',
    tags: ['cases'],
    params: Params,
    querystring: Query,
    response: answers(CasesAnswer, 'the queue'),
  }
  app.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    PATH,
    { schema },
    async ({ params, query: { stage, limit = 50 } }) => {
      const { review } = engine.scoring.policies.of(params.name)
      const now = clock()
      return {
        backlog: plain(review.backlog(now)),
        cases: mostUrgent(review, stage, now).slice(0, limit),
        reviewers: review.reviewers().map(plain),
        agreement: agreementOf(review.pairs),
      }
    },
  )
}

function mostUrgent(review: ReviewQueue, stage: string | undefined, now: number): ReviewCase[] {
  const cases = [...review.cases()].filter((each) => stage === undefined || each.stage === stage)
  const urgency = new Map(cases.map((each) => [each, review.priority(each, now)]))
  return cases.sort((a, b) => urgency.get(b)! - urgency.get(a)!)
}

/** Cohen's kappa of the two verdicts on cases that two looked at; null where it is not defined. */
function agreementOf(pairs: readonly VerdictPair[]): { pairs: number; kappa: number | null } {
  if (pairs.length === 0) return { pairs: 0, kappa: null }
  const side = (place: 0 | 1) => Int32Array.from(pairs, ({ verdicts }) => FINDINGS.indexOf(verdicts[place]))
  const kappa = cohenKappa(side(0), side(1), { classCount: FINDINGS.length })
  return { pairs: pairs.length, kappa: Number.isFinite(kappa) ? kappa : null }
}

/** JSON has no NaN and no infinity: what is not defined is null there. */
function plain(counts: object): object {
  return Object.fromEntries(
    Object.entries(counts).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isFinite(value) ? null : value,
    ]),
  )
}
