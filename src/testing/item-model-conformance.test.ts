import {
  Blend,
  fitAls,
  fitCosineEmbeddings,
  fitCoVisitation,
  fitEase,
  fitPopularity,
  fitSpectral,
  loadAls,
  loadBlend,
  loadCosineEmbeddings,
  loadCoVisitation,
  loadEase,
  loadPopularity,
  loadSpectral,
} from '../models/index.ts'
import { describeItemModel } from './item-model-conformance.ts'

describeItemModel('EASE with weights between items', {
  kind: 'ease',
  fit: (interactions) => fitEase(interactions, { l2: 2, dropout: 0.2, userExponent: 0.5, side: 'items' }),
  load: loadEase,
})

describeItemModel('EASE with weights between users', {
  kind: 'ease',
  fit: (interactions) => fitEase(interactions, { l2: 2, popularityExponent: 0.1, side: 'users' }),
  load: loadEase,
})

describeItemModel('EASE of the most popular items', {
  kind: 'ease',
  fit: (interactions) => fitEase(interactions, { maxItems: 10 }),
  load: loadEase,
})

describeItemModel('co-visitation', { kind: 'co-visitation', fit: fitCoVisitation, load: loadCoVisitation })

describeItemModel('co-visitation in order of time', {
  kind: 'co-visitation',
  fit: (interactions) =>
    fitCoVisitation(interactions, { order: 'forward', distanceHalfLife: 3, historyHalfLife: 2, shrinkage: 1 }),
  load: loadCoVisitation,
})

describeItemModel('popularity', { kind: 'popularity', fit: fitPopularity, load: loadPopularity })

describeItemModel('ALS by conjugate gradient', {
  kind: 'als',
  fit: (interactions) => fitAls(interactions, { factors: 6, iterations: 4 }),
  load: loadAls,
})

describeItemModel('ALS by Cholesky with penalties by frequency', {
  kind: 'als',
  fit: (interactions) => fitAls(interactions, { factors: 6, iterations: 4, solver: 'cholesky', frequencyExponent: 1 }),
  load: loadAls,
})

describeItemModel('the spectral filter by way of items', {
  kind: 'spectral',
  fit: (interactions) => fitSpectral(interactions, { factors: 5, popularityExponent: 0.2 }),
  load: loadSpectral,
})

describeItemModel('the spectral filter with more factors than there are directions', {
  kind: 'spectral',
  fit: (interactions) => fitSpectral(interactions, { factors: 64, valueExponent: 0.5 }),
  load: loadSpectral,
})

describeItemModel('a blend', {
  kind: 'blend',
  fit: (interactions) =>
    new Blend([
      { model: fitEase(interactions, { l2: 2 }), weight: 0.5 },
      { model: fitSpectral(interactions, { factors: 5 }), weight: 0.3 },
      { model: fitAls(interactions, { factors: 6, iterations: 2 }), weight: 0.2 },
    ]),
  load: loadBlend,
})

describeItemModel('cosine embeddings', {
  kind: 'cosine-embeddings',
  fit: (interactions) => fitCosineEmbeddings(interactions, { dimensions: 6, epochs: 3 }),
  load: loadCosineEmbeddings,
})
