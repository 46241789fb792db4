import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { SluiceError } from '../../foundation/index.ts'

/** Bytes of newline-delimited JSON, as they came. */
export const NDJSON = 'application/x-ndjson'

/**
 * The two types of body: JSON and newline-delimited JSON. Any other is refused, so that a page of another site cannot
 * send one without asking first.
 */
export function takeBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(NDJSON, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(malformed('nothing'))
    if (!isUtf8(body as Buffer)) return done(malformed('other bytes'))
    parse(request, body.toString(), (error, value) => (error ? done(malformed('other text')) : done(null, value)))
  })
}

function malformed(got: string): SluiceError {
  return new SluiceError('MALFORMED_JSON', `body: expected JSON in UTF-8, got ${got}; mend the producer`)
}
