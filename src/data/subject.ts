import { SluiceError } from '../foundation/index.ts'

/** One person or thing: an entity of the schema and its key. */
export interface Subject {
  readonly entity: string
  readonly id: string
}

/**
 * Reads `user:42`. The key is everything behind the first colon, and may hold more of them.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a part is missing
 */
export function parseSubject(text: string): Subject {
  const colon = text.indexOf(':')
  const subject = { entity: text.slice(0, Math.max(0, colon)), id: text.slice(colon + 1) }
  if (subject.entity === '' || subject.id === '') {
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `subject: expected an entity and a key such as user:42, got ${JSON.stringify(text)}; write both`,
    )
  }
  return subject
}
