import type { FeatureState } from '../features/index.ts'
import type { RetrievalContext, RetrievalSetting } from './environment.ts'
import { CatalogueModel, type RetrievalModelSpec, retrievalModelName } from './retrieval-model.ts'
import { TowerCatalogue } from './towers/tower-catalogue.ts'
import type { TwoTowerSpec } from './towers/tower-spec.ts'

/**
 * Binds a setting to a state and to fitted models; a model is opened once, when it is first asked for, and its bytes are
 * let go of then.
 *
 * @param artifacts - saved models by {@link retrievalModelName}; a missing one is a source without answers
 */
export function openRetrievalContext(
  setting: RetrievalSetting,
  state: FeatureState,
  artifacts: ReadonlyMap<string, Uint8Array>,
): RetrievalContext {
  const { schema, subject, item } = setting
  const waiting = new Map(artifacts)
  const models = new OpenedOnce<RetrievalModelSpec, CatalogueModel>(waiting, (bytes) => {
    return new CatalogueModel(bytes, state.attributes.keys(item))
  })
  const towers = new OpenedOnce<TwoTowerSpec, TowerCatalogue>(waiting, (bytes, spec) => {
    return new TowerCatalogue(bytes, spec, setting, state)
  })
  return {
    ...{ schema, subject, item, state },
    model: (spec) => models.get(spec),
    towers: (spec) => towers.get(spec),
    cells: (spec) => artifacts.get(retrievalModelName(spec)),
  }
}

/** What stands behind specs, each opened when it is first asked for. */
class OpenedOnce<Spec extends { readonly kind: string }, Opened> {
  readonly #waiting: Map<string, Uint8Array>
  readonly #open: (bytes: Uint8Array, spec: Spec) => Opened
  readonly #opened = new Map<string, Opened>()

  constructor(waiting: Map<string, Uint8Array>, open: (bytes: Uint8Array, spec: Spec) => Opened) {
    this.#waiting = waiting
    this.#open = open
  }

  get(spec: Spec): Opened | undefined {
    const name = retrievalModelName(spec)
    const known = this.#opened.get(name)
    const bytes = this.#waiting.get(name)
    if (known || !bytes) return known
    const opened = this.#open(bytes, spec)
    this.#opened.set(name, opened)
    this.#waiting.delete(name)
    return opened
  }
}
