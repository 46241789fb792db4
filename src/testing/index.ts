export { describeItemModel, type ItemModelUnderTest } from './item-model-conformance.ts'
export { conformanceExamples, describeRowModel, type RowModelSubject } from './row-model-conformance.ts'
