import { SluiceError } from '../foundation/index.ts'
import { compareSchemas, type Schema, type SchemaData } from '../problem/index.ts'
import type { DataDirectory } from './data-directory.ts'

/** Name of the fact that remembers the schemas of the log. */
const SCHEMAS = 'schemas'
/** Definitions that are remembered, the newest. */
const KEPT = 16

/** A schema that events were checked against, and the first offset that can hold one of them. */
interface StoredSchema extends SchemaData {
  readonly fromOffset: number
  readonly hash: string
}

/**
 * Makes sure that what the log holds can be read under a schema. Nothing that is stored is rewritten. A directory of an
 * earlier version, which remembers no schema, takes the one it is given.
 *
 * @returns what the first commit has to remember, so that no record is stored without the schema it was checked against;
 * nothing for a reader or a schema that is remembered already
 * @throws SluiceError `SCHEMA_INCOMPATIBLE` with every fault in `details`
 * @remarks O(fields)
 */
export function adoptSchema(
  { storage, mode, path }: DataDirectory,
  { entities, events, hash }: Schema,
): readonly (readonly [name: string, value: unknown])[] {
  const history = (storage.fact(SCHEMAS) ?? []) as readonly StoredSchema[]
  const newest = history.at(-1)
  if (newest?.hash === hash) return []
  if (newest !== undefined) throwFaults(path, newest, compareSchemas(newest, { entities, events }))
  if (mode === 'read') return []
  const added: StoredSchema = { fromOffset: storage.lastOffset() + 1, hash, entities, events }
  return [[SCHEMAS, [...history, added].slice(-KEPT)]]
}

function throwFaults(path: string, { fromOffset }: StoredSchema, faults: readonly string[]): void {
  if (faults.length === 0) return
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  throw new SluiceError(
    'SCHEMA_INCOMPATIBLE',
    `${path}: expected a schema that can read what was stored under the one in force since offset ${fromOffset}, got ${count}: ${faults.join('; ')}; put back what is named, declare the change under a new name, or import into another directory`,
    { details: faults },
  )
}
