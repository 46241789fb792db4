import type { Application } from '../application/index.ts'
import { SluiceError } from '../foundation/index.ts'

/** Refuses an entity that the schema does not declare. @throws SluiceError `NOT_FOUND` */
export function requireEntity({ schema: { entities } }: Application, entity: string): void {
  if (Object.hasOwn(entities, entity)) return
  const known = Object.keys(entities).join(', ')
  throw new SluiceError('NOT_FOUND', `entity: expected one of ${known}, got ${JSON.stringify(entity)}`)
}
