import { Readable } from 'node:stream'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { exportSubject } from '../../export-subject.ts'
import { requireEntity } from '../../require-entity.ts'
import { NDJSON } from '../json-body.ts'
import { answers, ErasureAnswer, ExportAnswer, Id } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

const Params = Type.Object({ entity: Type.String(), id: Id })
const PATH = '/v1/subjects/:entity/:id'

/** `GET` and `DELETE /v1/subjects/:entity/:id`: everything that is held about a person or thing, and its end. */
export function subjectRoutes(app: FastifyInstance, { engine, logReaders, disk, options }: ServerContext): void {
  const clock = options.clock ?? Date.now
  const exporting = {
    summary: 'Everything that is held about a subject, a line each: attributes, records, quarantine, models',
    tags: ['subjects'],
    params: Params,
    response: {
      ...answers(Type.Any(), ''),
      200: { description: 'one JSON document a line', content: { [NDJSON]: { schema: ExportAnswer } } },
    },
  }
  app.get<{ Params: Static<typeof Params> }>(PATH, { schema: exporting }, ({ params }, reply) => {
    requireEntity(engine.application, params.entity)
    logReaders.enter()
    const stream = Readable.from(ndjson(exportSubject({ ...partsOf(engine), at: clock() }, params)))
    // A client that goes away destroys the stream without ending it.
    stream.once('close', () => logReaders.leave())
    return reply.type(`${NDJSON}; charset=utf-8`).send(stream)
  })
  const erasing = {
    summary: 'Erases a subject from everything that is held, and answers with a receipt that does not name it',
    tags: ['subjects'],
    params: Params,
    response: answers(ErasureAnswer, 'the receipt; all counts are 0 when nothing was held'),
  }
  app.delete<{ Params: Static<typeof Params> }>(PATH, { schema: erasing }, ({ params }) => {
    requireEntity(engine.application, params.entity)
    return disk.watch(engine.eraseSubject(params))
  })
}

function partsOf({ application, log, registry, state }: ServerContext['engine']) {
  return { application, log, registry, state }
}

async function* ndjson(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}
