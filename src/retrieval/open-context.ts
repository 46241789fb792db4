import type { FeatureState } from '../features/index.ts'
import type { RetrievalContext, RetrievalSetting } from './environment.ts'
import { CatalogueModel, type RetrievalModelSpec, retrievalModelName } from './retrieval-model.ts'

/**
 * Binds a setting to a state and to fitted models; a model is opened once, when it is first asked for.
 *
 * @param artifacts - saved models by {@link retrievalModelName}; a missing one is a source without answers
 */
export function openRetrievalContext(
  setting: RetrievalSetting,
  state: FeatureState,
  artifacts: ReadonlyMap<string, Uint8Array>,
): RetrievalContext {
  const opened = new Map<string, CatalogueModel>()
  const { schema, subject, item } = setting
  const model = (spec: RetrievalModelSpec): CatalogueModel | undefined => {
    const name = retrievalModelName(spec)
    const bytes = artifacts.get(name)
    if (!bytes) return undefined
    const known = opened.get(name) ?? new CatalogueModel(bytes, state.attributes.keys(item))
    opened.set(name, known)
    return known
  }
  return { schema, subject, item, state, model }
}
