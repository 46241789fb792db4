export { compareSchemas, type SchemaData } from './compare-schemas.ts'
export {
  type Condition,
  type ConditionOn,
  compileCondition,
  conditionFaults,
  type FieldTest,
  satisfies,
} from './condition.ts'
export { throwFaults } from './faults.ts'
export {
  boolean,
  categories,
  category,
  type Field,
  type FieldKind,
  type FieldSpec,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from './field.ts'
export {
  defineProblem,
  type Guardrails,
  type MetricDefinition,
  type Problem,
  type Scale,
  type Task,
} from './problem.ts'
export {
  defineSchema,
  type FieldSets,
  type Fields,
  RECORD_FIELDS,
  recordFields,
  type Schema,
} from './schema.ts'
export type {
  AttributePath,
  EntityName,
  EventName,
  FieldName,
  FieldOfKind,
  KeyPath,
  ReferencedAttribute,
  ReferencedEntity,
  ValueOf,
} from './schema-types.ts'
