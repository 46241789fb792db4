import swagger from '@fastify/swagger'
import fastify, { type FastifyBaseLogger, type FastifyInstance, type InjectOptions, LogController } from 'fastify'
import pino from 'pino'
import { scoringSystems } from '../../application/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import type { Engine } from '../engine.ts'
import { compileAccess, requireGuarded } from './access.ts'
import { Admission } from './admission.ts'
import { answerBrokenRequest } from './broken-request.ts'
import { compileInputCheck } from './check-input.ts'
import { DiskHealth } from './disk-health.ts'
import { takeBodies } from './json-body.ts'
import { endConnections, limitRequests, logRequests, sendError } from './request-flow.ts'
import { caseRoutes } from './routes/cases.ts'
import { consoleRoutes } from './routes/console.ts'
import { decisionRoutes } from './routes/decisions.ts'
import { entityRoutes } from './routes/entities.ts'
import { eventRoutes } from './routes/events.ts'
import { listRoutes } from './routes/lists.ts'
import { queryRoutes } from './routes/queries.ts'
import { rankRoutes } from './routes/rank.ts'
import { ruleRoutes } from './routes/rules.ts'
import { scoreRoutes } from './routes/score.ts'
import { searchRoutes } from './routes/search.ts'
import { metricsRoute, probeRoutes } from './routes/service.ts'
import { subjectRoutes } from './routes/subjects.ts'
import { suggestRoutes } from './routes/suggest.ts'
import { systemRoutes } from './routes/systems.ts'
import type { ServerContext } from './server-context.ts'
import { DEFAULT_LIMITS, type ServerOptions } from './server-options.ts'

/** An engine behind HTTP. */
export interface Server {
  /**
   * Begins to take requests; port 0 takes a free one.
   *
   * @returns the URL that it answers at
   * @throws SluiceError `INVALID_ARGUMENT` when the host is not loopback and no API key is set
   */
  listen(address: { host: string; port: number }): Promise<string>
  /** Takes no new requests, ends those under way, closes all connections. The engine stays open. */
  close(): Promise<void>
  /** Answers a request without a socket. */
  inject(request: InjectOptions): Promise<{
    statusCode: number
    headers: Readonly<Record<string, unknown>>
    body: string
    json: () => unknown
  }>
}

const DEFAULT_GRACE_MS = 10_000
/** Time in which a request has to arrive whole. */
const REQUEST_TIMEOUT_MS = 30_000
/** Longest part of a path that reaches a route, where ids are checked. */
const MAX_PARAMETER_LENGTH = 16_384

const SCORING_ROUTES = [ruleRoutes, listRoutes, caseRoutes]
const ROUTES = [
  eventRoutes,
  rankRoutes,
  scoreRoutes,
  searchRoutes,
  suggestRoutes,
  queryRoutes,
  decisionRoutes,
  systemRoutes,
  entityRoutes,
  subjectRoutes,
]

/** Puts an engine behind HTTP. Nothing listens yet. */
export function createServer(engine: Engine, options: ServerOptions = {}): Server {
  let isClosing = false
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const context: ServerContext = {
    engine,
    options,
    limits,
    disk: new DiskHealth(options.clock ?? Date.now, () => engine.log.internalLost),
    logReaders: new Admission(limits.readingLog, 'requests that read the log'),
    isClosing: () => isClosing,
  }
  const app = openApp(context)
  return {
    async listen({ host, port }) {
      requireGuarded(host, options.apiKey)
      return app.listen({ host, port })
    },
    async close() {
      isClosing = true
      const force = setTimeout(() => app.server.closeAllConnections(), options.graceMs ?? DEFAULT_GRACE_MS)
      await app.close()
      clearTimeout(force)
    },
    inject: (request) => app.inject(request),
  }
}

function openApp(context: ServerContext): FastifyInstance {
  const { options, limits } = context
  const logger: FastifyBaseLogger = pino({ level: options.logLevel ?? 'info' }, pino.destination(2))
  const app: FastifyInstance = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Requests on a kept connection are answered by `refuseWhenClosing`, in the shape of every other error.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  })
  app.setValidatorCompiler(({ schema, httpPart }) => compileInputCheck(schema as never, httpPart))
  app.setErrorHandler(sendError)
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0]?.slice(0, 200)
    throw new SluiceError('NOT_FOUND', `route: expected one of /openapi.json, got ${request.method} ${path}`)
  })
  takeBodies(app)
  endConnections(app, context)
  if (app.log.level === 'debug') logRequests(app)
  app.register(swagger, { openapi: openApiHead(context) })
  app.register(async (scope) => openRoutes(scope, context))
  return app
}

function openApiHead({ engine, options }: ServerContext) {
  return {
    openapi: '3.1.0',
    info: {
      title: `Sluice: ${engine.application.name}`,
      description: 'Events in, explained decisions out.',
      version: options.version ?? '0.0.0',
    },
    components: { securitySchemes: { apiKey: { type: 'http' as const, scheme: 'bearer' } } },
    ...(options.apiKey ? { security: [{ apiKey: [] }] } : {}),
  }
}

async function openRoutes(app: FastifyInstance, context: ServerContext): Promise<void> {
  const { consoleDirectory } = context.options
  const isAllowed = compileAccess(context.options.apiKey)
  probeRoutes(app, context)
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  if (consoleDirectory !== undefined) await consoleRoutes(app, consoleDirectory)
  await app.register(async (guarded) => {
    guarded.addHook('onRequest', (request, _reply, done) => {
      isAllowed(request.headers)
      done()
    })
    metricsRoute(guarded, context)
    await guarded.register(async (scope) => {
      limitRequests(scope, context)
      const doScore = scoringSystems(context.engine.application).length > 0
      for (const routes of doScore ? [...ROUTES, ...SCORING_ROUTES] : ROUTES) routes(scope, context)
    })
  })
}
