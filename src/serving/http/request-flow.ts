import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SluiceError } from '../../foundation/index.ts'
import { Admission } from './admission.ts'
import { errorAnswer, RETRY_AFTER_SECONDS } from './error-answer.ts'
import type { ServerContext } from './server-context.ts'

/** Answers with an error in the one shape that all have; a fault of the server is logged with its stack. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, isFault } = errorAnswer(error, request.id)
  if (isFault) request.log.error({ err: error, method: request.method, url: request.url }, 'a request met a fault')
  if (status === 503 || status === 429) reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  reply.code(status).send(body)
}

/** Refuses requests beyond the number that may be under way. */
export function limitRequests(app: FastifyInstance, { limits }: ServerContext): void {
  const admission = new Admission(limits.underWay, 'requests')
  app.addHook('onRequest', (_request, reply, done) => {
    admission.enter()
    let isUnderWay = true
    const leave = (): void => {
      if (isUnderWay) admission.leave()
      isUnderWay = false
    }
    // A client that goes away closes the response without finishing it.
    reply.raw.once('finish', leave).once('close', leave)
    done()
  })
}

/** Once the server closes: refuses requests that come on kept connections, and keeps no connection after its answer. */
export function endConnections(app: FastifyInstance, { isClosing }: ServerContext): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    if (!isClosing()) return done()
    throw new SluiceError('SHUTTING_DOWN', 'server: expected to stay, got told to end; ask another one')
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing()) reply.header('connection', 'close')
    done(null, payload)
  })
}

/** Says every request in the log of level debug. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request
    request.log.debug({ method, url, status: reply.statusCode, ms: reply.elapsedTime }, 'answered')
    done()
  })
}
