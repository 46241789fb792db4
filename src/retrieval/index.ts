export { blocked, type CandidateFilter, hidden, seen } from './candidate-filter.ts'
export type {
  CandidateSource,
  OpenSource,
  SourceCost,
  SourceFreshness,
  SourceOptions,
  SourceResult,
} from './candidate-source.ts'
export { type BuiltCells, ContentCells } from './content-cells.ts'
export {
  type RetrievalContext,
  type RetrievalRequest,
  type RetrievalSetting,
  referenceField,
  requireAttribute,
} from './environment.ts'
export { openRetrievalContext } from './open-context.ts'
export { fitRetrievalModel, type RetrievalModelSpec, retrievalModelName } from './retrieval-model.ts'
export { CATALOGUE, type Candidates, Retriever, type RetrieverOptions, scoreColumn } from './retriever.ts'
export {
  explainFound,
  type FoundByQuery,
  findDocuments,
  type SearchQuestion,
  whyNotFound,
} from './search/find-documents.ts'
export { type PinAttributes, type PinnedDocument, PinnedQueries } from './search/pinned-queries.ts'
export { QueryColumns, queryColumnNames } from './search/query-columns.ts'
export { queryFiltersText, readAskedFilters } from './search/query-filters.ts'
export { QueryIntent } from './search/query-intent.ts'
export { LONGEST_QUERY } from './search/query-terms.ts'
export { type SearchDocuments, type SearchField, searchDocumentFaults } from './search/search-documents.ts'
export { SearchIndex } from './search/search-index.ts'
export { openSaved, SearchIndexFolder } from './search/search-index-folder.ts'
export { becauseYouWatched } from './sources/because-you-watched.ts'
export { factors } from './sources/factors.ts'
export { flagged } from './sources/flagged.ts'
export { fresh } from './sources/fresh.ts'
export { itemToItem } from './sources/item-to-item.ts'
export { similarContent } from './sources/similar-content.ts'
export { popularIn, trending } from './sources/trending.ts'
export { twoTower } from './sources/two-tower.ts'
export {
  type AskedQuery,
  QuerySuggestions,
  type Suggestion,
  type SuggestionOptions,
  type SuggestionRequest,
} from './suggest/query-suggestions.ts'
export type { Correction, DidYouMean } from './text/did-you-mean.ts'
export type { Facet, FacetRequest } from './text/fields/facets.ts'
export type { Bounds, DocumentFilter, FieldFilter, GeoPoint } from './text/fields/field-filter.ts'
export type { GroupRequest } from './text/fields/group-documents.ts'
export type { SortKey } from './text/fields/sort-documents.ts'
export type { HybridOptions } from './text/fused-ranking.ts'
export { type AskedWords, askedWords } from './text/guess-words.ts'
export type { Language } from './text/languages/language.ts'
export { type LatentOptions, latentVectors } from './text/latent-vectors.ts'
export { LiveTextIndex, type SegmentTuning } from './text/live-text-index.ts'
export type { RecognisedFilter, RecogniseOptions } from './text/recognise-filters.ts'
export type { FeedbackOptions } from './text/relevance-feedback.ts'
export {
  searchText,
  type TextAnswer,
  type TextGroup,
  type TextHit,
  type TextSearchOptions,
} from './text/search-text.ts'
export { parseSynonyms, type Synonyms } from './text/synonyms.ts'
export { isWordField, type TextDocument, type TextField, type TextIndexOptions } from './text/text-fields.ts'
export { loadTextIndex, saveTextIndex } from './text/text-file.ts'
export type { TextIndex } from './text/text-index.ts'
export { TextIndexBuilder } from './text/text-index-builder.ts'
export { type OpenedTextIndex, TextIndexFolder } from './text/text-index-folder.ts'
export type { ScorePart, TextSnapshot, Vocabulary } from './text/text-snapshot.ts'
export { TextVectors, type TextVectorsOptions, textVectors } from './text/text-vectors.ts'
export type { WeightedTerms } from './text/weighted-terms.ts'
export { TimeOrder } from './time-order.ts'
export { TowerExamples } from './towers/tower-examples.ts'
export type { TowerAttribute, TowerModelOptions, TwoTowerSpec } from './towers/tower-spec.ts'
export {
  buildVectorIndex,
  FLAT_BELOW,
  loadVectorIndex,
  type VectorIndexOptions,
} from './vectors/build-vector-index.ts'
export type { AcceptItems, VectorIndex, VectorIndexKind } from './vectors/vector-index.ts'
export type { Refusal } from './verdicts.ts'
