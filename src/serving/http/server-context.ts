import type { Engine } from '../engine.ts'
import type { Admission } from './admission.ts'
import type { DiskHealth } from './disk-health.ts'
import type { ServerLimits, ServerOptions } from './server-options.ts'

/** What routes work with. */
export interface ServerContext {
  readonly engine: Engine
  readonly options: ServerOptions
  readonly limits: ServerLimits
  readonly disk: DiskHealth
  /** For what may have to read the log. */
  readonly logReaders: Admission
  readonly isClosing: () => boolean
}
