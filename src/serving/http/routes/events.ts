import { type Static, Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import type { AppendResult } from '../../../data/index.ts'
import { SluiceError } from '../../../foundation/index.ts'
import { NDJSON } from '../json-body.ts'
import { type NdjsonLines, readNdjson } from '../read-ndjson.ts'
import { AppendAnswer, answers } from '../schemas.ts'
import type { ServerContext } from '../server-context.ts'

const SOURCE = 'http'

/** `POST /v1/events`: takes events in. */
export function eventRoutes(app: FastifyInstance, { engine, disk, limits }: ServerContext): void {
  const Body = Type.Object(
    {
      events: Type.Array(Type.Any(), { maxItems: limits.events, description: 'each with id, type, at and its fields' }),
    },
    { additionalProperties: false },
  )
  const Lines = Type.Any({ description: `one event a line, at most ${limits.events}` })
  const schema = {
    summary: 'Takes events in; what does not fit goes to the quarantine and the rest goes on',
    tags: ['events'],
    body: { content: { 'application/json': { schema: Body }, [NDJSON]: { schema: Lines } } },
    response: answers(AppendAnswer, 'durable, and visible to every later decision'),
  }
  app.post<{ Body: Static<typeof Body> | Buffer }>('/v1/events', { schema }, ({ body }) => {
    if (!Buffer.isBuffer(body)) return disk.watch(engine.accept(body.events, { source: SOURCE }))
    const lines = readNdjson(body)
    requireFew(lines.values.length + lines.refused.length, limits.events)
    return disk.watch(acceptLines(engine, lines))
  })
}

async function acceptLines(engine: ServerContext['engine'], lines: NdjsonLines): Promise<AppendResult> {
  const line = (index: number): number => lines.lines[index] ?? 0
  const result = await engine.accept(lines.values, {
    source: SOURCE,
    refused: lines.refused,
    line: (index) => line(index) + 1,
  })
  const rejected = [
    ...result.rejected.map((rejection) => ({ ...rejection, index: line(rejection.index) })),
    ...lines.refused.map(({ code, message, line }) => ({ index: line - 1, code, message })),
  ]
  return { ...result, rejected: rejected.sort((a, b) => a.index - b.index) }
}

function requireFew(count: number, limit: number): void {
  if (count <= limit) return
  throw new SluiceError('LIMIT_EXCEEDED', `events: expected at most ${limit} lines, got ${count}; send them in parts`)
}
