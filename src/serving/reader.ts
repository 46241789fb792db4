import { type Application, requireSystem } from '../application/index.ts'
import { type EventLog, openDataDirectory, openEventLog } from '../data/index.ts'
import type { FeatureState } from '../features/index.ts'
import type { Clock } from '../foundation/index.ts'
import { ModelRegistry } from '../training/index.ts'
import { type LiveSystem, openLiveSystem } from './live-system.ts'
import { loadModel } from './repeat-decision.ts'
import { openState } from './state-snapshot.ts'

/** A data directory as a process sees that only reads it, beside the one that writes. */
export interface Reader {
  readonly directory: string
  readonly log: EventLog
  readonly registry: ModelRegistry
  /** The state as of the log's head at the first call. */
  state(): FeatureState
  /** A system with its champion, or with one version, over {@link state}. */
  live(system: string, version?: string): LiveSystem
  close(): Promise<void>
}

/**
 * Opens a directory for reading.
 *
 * @throws SluiceError `DIRECTORY_MISSING`, `DIRECTORY_FOREIGN`, `DIRECTORY_CORRUPT`
 */
export function openReader(application: Application, options: { directory: string; clock: Clock }): Reader {
  const directory = openDataDirectory(options.directory, { mode: 'read' })
  const log = openEventLog(directory, { schema: application.schema, clock: options.clock })
  const registry = new ModelRegistry(options.directory)
  let opened: FeatureState | undefined
  const state = (): FeatureState => {
    opened ??= openState(application, log, options.directory).state
    return opened
  }
  return {
    directory: options.directory,
    log,
    registry,
    state,
    live(name, version) {
      const system = requireSystem(application, name)
      const wanted = version ?? registry.champion(name)?.version
      const model = wanted === undefined ? undefined : loadModel(registry, name, wanted)
      return openLiveSystem(application, name, system, state(), model)
    },
    async close() {
      await log.close()
      await directory.close()
    },
  }
}
