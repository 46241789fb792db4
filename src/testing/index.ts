export { breakable, type RankerFault } from './breakable-ranker.ts'
export { type FrappeExamples, frappeRows, readFrappe } from './frappe-examples.ts'
export { describeItemModel, type ItemModelUnderTest } from './item-model-conformance.ts'
export {
  LIGHTGBM_CASES,
  type LightgbmRows,
  lightgbmAbsent,
  lightgbmPath,
  lightgbmQueries,
  readLightgbmColumn,
  readLightgbmFile,
  readLightgbmMetrics,
  readLightgbmNumbers,
  readLightgbmRows,
} from './lightgbm-files.ts'
export { randomEnsemble, randomRows } from './random-trees.ts'
export { conformanceExamples, describeRowModel, type RowModelSubject } from './row-model-conformance.ts'
export {
  SMALL_PAYMENTS_START_MS,
  type SmallPaymentEvent,
  type SmallPaymentParts,
  smallPaymentEvents,
  smallPaymentService,
} from './small-payment-service.ts'
export {
  SMALL_SEARCH_START_MS,
  type SmallSearchEvent,
  type SmallSearchParts,
  smallSearchEvents,
  smallSearchService,
} from './small-search-service.ts'
export {
  SMALL_START_MS,
  type SmallEvent,
  type SmallVideoOptions,
  smallRanker,
  smallVideoEvents,
  smallVideoService,
} from './small-video-service.ts'
export { sparseAsRowModel, sparseExamples } from './sparse-as-row-model.ts'
export { brokenSource, silentSource, stubSource } from './stub-sources.ts'
export { temporaryFolder } from './temporary-folder.ts'
