import { SluiceError } from '../../foundation/index.ts'
import { loadCoVisitation } from '../co-visitation.ts'
import { loadCosineEmbeddings } from '../cosine-embeddings/cosine-embeddings.ts'
import { loadEase } from '../ease.ts'
import type { ItemModel } from '../item-model.ts'
import { loadAls } from '../latent/als.ts'
import { readModelKind } from '../model-file.ts'
import { loadPopularity } from '../popularity.ts'
import { loadSpectral } from '../spectral/spectral.ts'

const LOADERS: Readonly<Record<string, (bytes: Uint8Array) => ItemModel>> = {
  als: loadAls,
  'cosine-embeddings': loadCosineEmbeddings,
  'co-visitation': loadCoVisitation,
  ease: loadEase,
  popularity: loadPopularity,
  spectral: loadSpectral,
}

/**
 * Opens a saved item model of any kind but a blend of several.
 *
 * @throws SluiceError `MODEL_CORRUPT` at bytes that are no model, `MODEL_MISMATCH` at a kind that is none of these
 */
export function loadSingleItemModel(bytes: Uint8Array): ItemModel {
  const kind = readModelKind(bytes)
  const load = Object.hasOwn(LOADERS, kind) ? LOADERS[kind] : undefined
  if (load) return load(bytes)
  const known = Object.keys(LOADERS).join(', ')
  throw new SluiceError('MODEL_MISMATCH', `model file: expected a model of kind ${known}, got ${kind}; train it again`)
}
