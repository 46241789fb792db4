import { SluiceError } from '../../foundation/index.ts'
import { requireName, requireNote, requireTime, requireWord } from '../require-field.ts'

/** On an allow list is what is let through, on a block list what is refused. */
export type ListName = 'allow' | 'block'

export const LIST_NAMES: readonly ListName[] = ['allow', 'block']

/** A key of an entity on a list, such as card `c17` on the block list. */
export interface ListEntry {
  readonly list: ListName
  /** What kind of thing it is, such as `card` or `terminal`. */
  readonly entity: string
  readonly key: string
  /** Told with every decision that the entry makes. */
  readonly reason: string
  /** Who put it there. */
  readonly by: string
  /** Milliseconds since 1970. */
  readonly addedAt: number
  /** From when on it holds no more; undefined when it holds until it is removed. */
  readonly expiresAt: number | undefined
}

/** What changes lists, in the order of the log. */
export type ListRecord =
  /** Puts a key on a list, or replaces its entry there. */
  | {
      readonly kind: 'add'
      readonly list: ListName
      readonly entity: string
      readonly key: string
      readonly reason: string
      readonly by: string
      readonly at: number
      readonly expiresAt?: number | undefined
    }
  /** Takes a key off a list; nothing happens when it is not there. */
  | {
      readonly kind: 'remove'
      readonly list: ListName
      readonly entity: string
      readonly key: string
      readonly by: string
      readonly at: number
    }

/** Refuses a record that says nothing sensible. @throws SluiceError `INVALID_ARGUMENT`, `OUT_OF_RANGE` */
export function requireListRecord(record: ListRecord): void {
  requireWord('list entry, kind', record.kind, ['add', 'remove'])
  requireWord('list entry, list', record.list, LIST_NAMES)
  requireName('list entry, entity', record.entity)
  requireName('list entry, key', record.key)
  requireName('list entry, by', record.by)
  requireTime('list entry, at', record.at)
  if (record.kind === 'remove') return
  requireNote('list entry, reason', record.reason)
  if (record.expiresAt === undefined) return
  requireTime('list entry, expiresAt', record.expiresAt)
  if (record.expiresAt > record.at) return
  throw new SluiceError(
    'OUT_OF_RANGE',
    `list entry, expiresAt: expected a time after ${record.at}, when it is added, got ${record.expiresAt}; correct it`,
  )
}
