export { describeItemModel, type ItemModelUnderTest } from './item-model-conformance.ts'
