import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { ruleVocabulary } from '../../../application/index.ts'
import { answers } from '../schemas.ts'
import { BacktestAnswer, By, Note, Params, RuleSetAnswer, RulesAnswer, VersionParams } from '../scoring-schemas.ts'
import type { ServerContext } from '../server-context.ts'

const LONGEST_RULES = 1_000_000
const Draft = Type.Object(
  { rules: Type.String({ minLength: 1, maxLength: LONGEST_RULES }), note: Type.Optional(Note), by: By },
  { additionalProperties: false },
)
const Move = Type.Object({ by: By }, { additionalProperties: false })
const Percentage = Type.Object(
  { by: By, share: Type.Number({ minimum: 0, maximum: 1, description: 'of the subjects' }) },
  { additionalProperties: false },
)
const PATH = '/v1/systems/:name/rules'
const MOVES = {
  shadow: 'Lets a version say what it would do, without doing it',
  live: 'Lets a version decide about everybody; the one before is retired',
  retire: 'Takes a version out of use',
} as const

/** `/v1/systems/:name/rules`: versions of the rules, from the draft to everybody and back. */
export function ruleRoutes(app: FastifyInstance, context: ServerContext): void {
  listRoute(app, context)
  const { engine, disk } = context
  const drafting = {
    summary: 'Drafts a version of the rules; nothing is done of it yet',
    tags: ['rules'],
    params: Params,
    body: Draft,
    response: answers(RuleSetAnswer, 'the version'),
  }
  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Draft> }>(
    PATH,
    { schema: drafting },
    ({ params, body }) => disk.watch(engine.change((policies) => policies.draftRules(params.name, body))),
  )
  for (const to of Object.keys(MOVES) as (keyof typeof MOVES)[]) moveRoute(app, context, to)
  backtestRoute(app, context)
  percentageRoute(app, context)
  rollbackRoute(app, context)
}

function listRoute(app: FastifyInstance, { engine }: ServerContext): void {
  const schema = {
    summary: 'The versions of the rules, what each did, and what rules can name',
    tags: ['rules'],
    params: Params,
    response: answers(RulesAnswer, 'the rules'),
  }
  app.get<{ Params: Static<typeof Params> }>(PATH, { schema }, async ({ params: { name } }) => {
    const { rules, counts } = engine.scoring.policies.of(name)
    const { system } = engine.scoring.live(name)
    const { schema: events, features } = engine.application
    return {
      live: rules.live?.version ?? 0,
      declared: system.policy.rules ?? '',
      versions: rules.versions,
      counts: counts.counts(),
      columns: ruleVocabulary(events, features, system),
    }
  })
}

function moveRoute(app: FastifyInstance, { engine, disk }: ServerContext, to: keyof typeof MOVES): void {
  const schema = moveSchema(MOVES[to], Move)
  app.post<{ Params: Static<typeof VersionParams>; Body: Static<typeof Move> }>(
    `${PATH}/:version/${to}`,
    { schema },
    ({ params: { name, version }, body: { by } }) =>
      disk.watch(engine.change((policies) => policies.moveRules(name, { to, version, by }))),
  )
}

function percentageRoute(app: FastifyInstance, { engine, disk }: ServerContext): void {
  const schema = moveSchema('Lets a version decide about a share of the subjects', Percentage)
  app.post<{ Params: Static<typeof VersionParams>; Body: Static<typeof Percentage> }>(
    `${PATH}/:version/percentage`,
    { schema },
    ({ params: { name, version }, body }) =>
      disk.watch(engine.change((policies) => policies.moveRules(name, { to: 'percentage', version, ...body }))),
  )
}

function rollbackRoute(app: FastifyInstance, { engine, disk }: ServerContext): void {
  const schema = moveSchema('Retires the live version; the one that was live before is live again', Move)
  app.post<{ Params: Static<typeof VersionParams>; Body: Static<typeof Move> }>(
    `${PATH}/:version/rollback`,
    { schema },
    async ({ params: { name, version }, body: { by } }) => {
      const live = await disk.watch(engine.change((policies) => policies.rollBackRules(name, { version, by })))
      return live ?? { version: 0 }
    },
  )
}

function backtestRoute(app: FastifyInstance, { engine, disk, logReaders }: ServerContext): void {
  const schema = {
    ...moveSchema('Tries a version on the whole log; takes as long as reading it', Move),
    response: answers(BacktestAnswer, 'the version with its report'),
  }
  app.post<{ Params: Static<typeof VersionParams>; Body: Static<typeof Move> }>(
    `${PATH}/:version/backtest`,
    { schema },
    ({ params: { name, version }, body: { by } }) =>
      logReaders.during(async () => {
        const { set, report } = await disk.watch(
          engine.change((policies) => policies.backtestRules(name, { version, by })),
        )
        return { version: set, report }
      }),
  )
}

function moveSchema<Body>(summary: string, body: Body) {
  return {
    summary,
    tags: ['rules'],
    params: VersionParams,
    body,
    response: answers(RuleSetAnswer, 'the version that is concerned'),
  }
}
