import { type Application, requireSystem } from '../application/index.ts'
import type { FeatureState } from '../features/index.ts'
import { isSluiceError, SluiceError } from '../foundation/index.ts'
import type { ModelRegistry, ModelVersion } from '../training/index.ts'
import { type LiveSystem, type LoadedModel, openLiveSystem } from './live-system.ts'

/** Systems of a kind that the engine does not rank itself: they score, or they search. */
export interface SystemsOfAKind {
  /** Whether a system is one of them. */
  has(name: string): boolean
  isOpen(name: string): boolean
  /** The version that serves; undefined without one. */
  versionOf(name: string): ModelVersion | undefined
  /** Serves a version from now on. @throws SluiceError `MODEL_MISMATCH`, `MODEL_CORRUPT` */
  open(name: string, state: FeatureState, model: LoadedModel | undefined): void
}

/** Which version of every system serves, over the state of now. */
export class ServedSystems {
  /** Why the champion of a system does not serve, by system; empty when all is well. */
  readonly problems = new Map<string, string>()
  readonly #application: Application
  readonly #registry: ModelRegistry
  readonly #kinds: readonly SystemsOfAKind[]
  readonly #state: () => FeatureState
  readonly #ranking = new Map<string, LiveSystem>()

  /** @param state - the state that serves; after an erasure it is another one */
  constructor(
    application: Application,
    registry: ModelRegistry,
    kinds: readonly SystemsOfAKind[],
    state: () => FeatureState,
  ) {
    this.#application = application
    this.#registry = registry
    this.#kinds = kinds
    this.#state = state
  }

  /** A ranking system as it serves at this moment. @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK` */
  live(name: string): LiveSystem {
    requireSystem(this.#application, name)
    const live = this.#ranking.get(name)
    if (!live) throw new SluiceError('UNKNOWN_SYSTEM', `system ${name}: it is not open`)
    return live
  }

  /** The ranking systems that are open. */
  ranking(): Iterable<LiveSystem> {
    return this.#ranking.values()
  }

  /** The version of a system that serves; undefined without one. */
  versionOf(name: string): ModelVersion | undefined {
    const kind = this.#kindOf(name)
    return kind ? kind.versionOf(name) : this.#ranking.get(name)?.version
  }

  /**
   * Serves the champions from now on; requests under way end with what they began with. A champion that cannot be
   * used is named in {@link problems}: what served before goes on, or the system answers without a ranker.
   */
  reload(): void {
    for (const name of Object.keys(this.#application.systems)) {
      try {
        this.#reload(name)
        this.problems.delete(name)
      } catch (error) {
        if (!isSluiceError(error)) throw error
        this.problems.set(name, error.message)
        if (!this.#isOpen(name)) this.#open(name, undefined)
      }
    }
  }

  /** The same versions over the state of now; without a ranker where its files are gone, never over the old state. */
  reopen(): void {
    for (const name of Object.keys(this.#application.systems)) {
      const version = this.versionOf(name)
      try {
        this.#open(name, version && { version, artifacts: this.#registry.artifacts(version) })
      } catch (error) {
        if (!isSluiceError(error)) throw error
        this.problems.set(name, error.message)
        this.#open(name, undefined)
      }
    }
  }

  #reload(name: string): void {
    const champion = this.#registry.champion(name)
    const serving = this.versionOf(name)
    const isSame = serving?.version === champion?.version && serving?.modelHash === champion?.modelHash
    if (isSame && this.#isOpen(name)) return
    this.#open(name, champion && { version: champion, artifacts: this.#registry.artifacts(champion) })
  }

  #isOpen(name: string): boolean {
    return this.#kindOf(name)?.isOpen(name) ?? this.#ranking.has(name)
  }

  #open(name: string, model: LoadedModel | undefined): void {
    const kind = this.#kindOf(name)
    const state = this.#state()
    if (kind) {
      kind.open(name, state, model)
      return
    }
    const system = requireSystem(this.#application, name)
    this.#ranking.set(name, openLiveSystem(this.#application, name, system, state, model))
  }

  #kindOf(name: string): SystemsOfAKind | undefined {
    return this.#kinds.find((kind) => kind.has(name))
  }
}
