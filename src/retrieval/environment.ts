import type { FeatureState, RequestFrame } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { FieldKind, Schema } from '../problem/index.ts'
import type { ContentCellsSpec } from './content-cells-spec.ts'
import type { CatalogueModel, RetrievalModelSpec } from './retrieval-model.ts'
import type { OpenTowers } from './towers/open-towers.ts'
import type { TwoTowerSpec } from './towers/tower-spec.ts'

/** Who asks and what is looked for, by the names of their entities. */
export interface RetrievalSetting {
  readonly schema: Schema
  /** The entity that asks, such as `user`. */
  readonly subject: string
  /** The entity that is recommended, such as `video`. */
  readonly item: string
}

/** What a source or filter works on once it is opened. */
export interface RetrievalContext extends RetrievalSetting {
  readonly state: FeatureState
  /** The fitted model behind a spec; undefined before the first training. */
  model(spec: RetrievalModelSpec): CatalogueModel | undefined
  /** The fitted towers behind a spec, as {@link model}; absent where there are none. */
  towers?(spec: TwoTowerSpec): OpenTowers | undefined
  /** The cells behind a spec, as bytes; undefined where all items are read. */
  cells?(spec: ContentCellsSpec): Uint8Array | undefined
}

/** One question to all sources. */
export interface RetrievalRequest {
  /** Moment and subject; the item key is free for use. */
  readonly frame: RequestFrame
  /** The subject's number; -1 for a stranger. */
  readonly subject: number
  /** How many items exist; their numbers run from 0. */
  readonly itemCount: number
  /** Whether an item may be shown to this subject at all. */
  accept(item: number): boolean
}

/**
 * The field of an event that refers to an entity: `user` of a watch.
 *
 * @throws SluiceError `INVALID_APPLICATION` when the event has none
 */
export function referenceField(schema: Schema, event: string, entity: string): string {
  const fields = Object.entries(schema.events[event] ?? {})
  const found = fields.find(([, spec]) => spec.kind === 'reference' && spec.entity === entity)
  if (!found) {
    throw new SluiceError(
      'INVALID_APPLICATION',
      `event ${event}: expected a field that refers to ${entity}, got ${fields.map(([name]) => name).join(', ') || 'no such event'}`,
    )
  }
  return found[0]
}

/**
 * Refuses a path that names no attribute of the entity, or one of another kind.
 *
 * @param path - such as `video.genres`
 * @throws SluiceError `INVALID_APPLICATION`
 */
export function requireAttribute(schema: Schema, entity: string, path: string, kinds: readonly FieldKind[]): void {
  const attributes = Object.entries(schema.entities[entity] ?? {})
  const usable = attributes.filter(([, spec]) => kinds.includes(spec.kind)).map(([name]) => `${entity}.${name}`)
  if (usable.includes(path)) return
  throw new SluiceError(
    'INVALID_APPLICATION',
    `attribute: expected a ${kinds.join(' or ')} of ${entity} (${usable.join(', ') || 'it has none'}), got ${path}`,
  )
}
