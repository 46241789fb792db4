import type { FastifyInstance } from 'fastify'
import { RETRY_AFTER_SECONDS } from '../error-answer.ts'
import { healthReasons } from '../health.ts'
import type { ServerContext } from '../server-context.ts'

/** `/healthz` and `/readyz`, for whoever decides where requests go; free of any key. */
export function probeRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get('/healthz', { schema: { summary: 'The process is up', tags: ['service'] } }, async () => ({ status: 'up' }))
  app.get(
    '/readyz',
    { schema: { summary: 'Whether it should get requests; 503 and the reasons when not', tags: ['service'] } },
    async (_request, reply) => {
      const reasons = healthReasons(context)
      if (reasons.length > 0) reply.code(503).header('retry-after', RETRY_AFTER_SECONDS)
      return { ready: reasons.length === 0, reasons }
    },
  )
}

/** `/metrics`, in the text format of Prometheus. */
export function metricsRoute(app: FastifyInstance, { options }: ServerContext): void {
  const { metrics } = options
  if (!metrics) return
  app.get('/metrics', { schema: { summary: 'Metrics for Prometheus', tags: ['service'] } }, async (_request, reply) => {
    reply.type('text/plain; version=0.0.4; charset=utf-8')
    return metrics()
  })
}
