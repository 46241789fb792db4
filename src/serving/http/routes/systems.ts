import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { requireAnySystem } from '../../../application/index.ts'
import { healthReasons } from '../health.ts'
import { answers, SystemAnswer, SystemsAnswer } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

const WITHOUT_MODEL = {
  ranking: 'no model: pages are in the order of retrieval',
  classification: 'no model: rules alone decide',
  search: 'no model: documents are in the order of their text',
}

/** `GET /v1/systems` and `/v1/systems/:name`: what decides here, and how it does. */
export function systemRoutes(app: FastifyInstance, context: ServerContext): void {
  const { engine } = context
  app.get(
    '/v1/systems',
    {
      schema: { summary: 'The systems', tags: ['systems'], response: answers(SystemsAnswer, 'every system') },
    },
    async () => ({
      application: engine.application.name,
      systems: Object.entries(engine.application.systems).map(([name, { problem }]) => ({
        ...identity(context, name),
        objective: problem.objective,
      })),
    }),
  )
  const schema = {
    summary: 'One system: problem, versions with lineage and metrics, health, what monitoring has measured',
    tags: ['systems'],
    params: Type.Object({ name: Type.String() }),
    response: answers(SystemAnswer, 'the system'),
  }
  app.get<{ Params: { name: string } }>('/v1/systems/:name', { schema }, async ({ params }) =>
    describeSystem(context, params.name),
  )
}

function identity({ engine }: ServerContext, name: string) {
  const version = engine.versionOf(name)
  if (engine.scoring.has(name)) {
    const { task, subject, event } = engine.scoring.live(name).system
    return { name, task, subject, item: event, model: version?.version ?? null, ranker: null }
  }
  if (engine.searching.has(name)) {
    const { task, subject, documents } = engine.searching.live(name).system
    return { name, task, subject, item: documents, model: version?.version ?? null, ranker: version?.serves ?? null }
  }
  const { task, subject, item } = engine.live(name).system
  const ranker = version === undefined ? null : (version.serves ?? 'ranker')
  return { name, task, subject, item, model: version?.version ?? null, ranker }
}

function describeSystem(context: ServerContext, name: string) {
  const { engine, options } = context
  const system = requireAnySystem(engine.application, name)
  const version = engine.versionOf(name)
  const champion = engine.registry.champion(name)
  const isLoaded = champion?.version === version?.version
  const reasons = [
    ...healthReasons(context),
    ...(version ? [] : [WITHOUT_MODEL[system.task]]),
    // The problem itself can name a path of the machine.
    ...(engine.modelProblems.has(name)
      ? [`${champion?.version ?? 'the champion'} cannot be used; sluice doctor says why`]
      : []),
    ...(isLoaded || engine.modelProblems.has(name) ? [] : [`${champion?.version} is promoted and not loaded yet`]),
  ]
  return {
    ...identity(context, name),
    ...(system.task !== 'classification' && system.ranking?.value ? { value: system.ranking.value } : {}),
    problem: system.problem,
    events: engine.application.schema.events,
    ...(system.task === 'search' ? { fields: system.fields, index: indexOf(context, name) } : {}),
    champion: champion?.version ?? null,
    versions: versionsOf(context, name),
    health: { ready: reasons.length === 0, reasons, head: engine.log.head, offset: engine.state.offset },
    ...(options.report ? { report: options.report(name) } : {}),
  }
}

function indexOf({ engine }: ServerContext, name: string) {
  const { size: documents, pending, refused, indexed } = engine.searching.live(name).index
  return { documents, pending, refused, indexed }
}

/** Newest first; `erasures` tells of people whose records a version had learnt from. */
function versionsOf({ engine: { registry } }: ServerContext, name: string) {
  return (
    registry
      .versions(name)
      .reverse()
      // How rows were spread is for monitoring, and long.
      .map(({ rows: _rows, ...version }) => ({ ...version, erasures: registry.erasures(version) }))
  )
}
