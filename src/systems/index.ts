export { builtInApplications, findApplication } from './built-in-applications.ts'
export {
  createFraudWorld,
  type FraudScenario,
  type FraudWorld,
  type FraudWorldEvent,
  type FraudWorldOptions,
  fraudFeatures,
  fraudSchema,
  generateFraudEvents,
  type HandbookEvent,
  importHandbook,
  readHandbookEvents,
} from './fraud/index.ts'
export {
  createSearchWorld,
  generateSearchEvents,
  type SearchCollectionLines,
  type SearchPage,
  type SearchResponse,
  type SearchSession,
  type SearchWorld,
  type SearchWorldOptions,
  searchCollection,
} from './search/index.ts'
export { createVideoWorld, generateVideoEvents, type VideoWorld, type VideoWorldOptions } from './video/index.ts'
