import type { FieldKind } from '../../problem/index.ts'
import { type RetrievalSetting, requireAttribute } from '../environment.ts'
import type { TwoTowerSpec } from './tower-spec.ts'

const NAMED: readonly FieldKind[] = ['category', 'categories', 'boolean', 'text', 'reference', 'identifier']
const BANDED: readonly FieldKind[] = ['integer', 'number', 'timestamp']

/** @throws SluiceError `INVALID_APPLICATION` at an attribute that the schema lacks, or a number without a band */
export function requireTowerAttributes({ schema, subject, item }: RetrievalSetting, spec: TwoTowerSpec): void {
  for (const [entity, attributes] of [
    [subject, spec.user],
    [item, spec.item],
  ] as const) {
    for (const attribute of attributes) {
      const isNamed = typeof attribute === 'string'
      requireAttribute(schema, entity, isNamed ? attribute : attribute.path, isNamed ? NAMED : BANDED)
    }
  }
}
