import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** The page only loads what is its own, and no other page can frame it. */
const POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** `/console/`: the files of a folder. */
export async function consoleRoutes(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    prefix: '/console/',
    decorateReply: false,
    schemaHide: true,
    setHeaders: (reply) => void reply.header('content-security-policy', POLICY),
  })
  app.get('/console', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/console/'))
}
