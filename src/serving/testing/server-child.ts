/*
 * A server over the fault application, as a process that others kill. It writes snapshots often, so that kills meet them.
 */
import { Engine } from '../engine.ts'
import { createServer } from '../http/create-server.ts'
import { settingsOfChild, tellParent } from './child.ts'
import { faultApplication } from './fault-application.ts'

export interface ServerChildSettings {
  readonly directory: string
  /** What the clock shows, so that a run does not depend on the day. */
  readonly nowMs: number
  readonly snapshotEveryMs: number
}

export type ServerChildMessage = { readonly kind: 'listening'; readonly address: string }

const { directory, nowMs, snapshotEveryMs } = settingsOfChild<ServerChildSettings>()
const engine = Engine.open(faultApplication(), { directory, clock: () => nowMs })
const server = createServer(engine, { logLevel: 'silent' })
await engine.warmUp()
const address = await server.listen({ host: '127.0.0.1', port: 0 })
setInterval(() => engine.saveSnapshot(), snapshotEveryMs)
tellParent({ kind: 'listening', address } satisfies ServerChildMessage)
