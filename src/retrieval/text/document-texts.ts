import { SluiceError } from '../../foundation/index.ts'
import type { TextDocument, TextLayout } from './text-fields.ts'

/** Letters of all text fields of a document: what is gone through at once, some 50 ms; most books have fewer. */
const LONGEST_DOCUMENT = 1_000_000
const LONGEST_ID = 1024

/**
 * The texts of a document, field by field.
 *
 * @throws SluiceError `UNKNOWN_FIELD`, `WRONG_TYPE` at what is no text, `LIMIT_EXCEEDED` at more than a million letters
 */
export function textsOfDocument(document: TextDocument, { fields, wordFields }: TextLayout): string[][] {
  for (const name of Object.keys(document)) {
    if (name !== 'id' && !Object.hasOwn(fields, name)) throw unknown(document.id, name)
  }
  const texts = wordFields.map(({ name }) => textsOf(document, name))
  const length = texts.flat().reduce((sum, text) => sum + text.length, 0)
  if (length <= LONGEST_DOCUMENT) return texts
  throw new SluiceError(
    'LIMIT_EXCEEDED',
    `document ${document.id}: expected at most ${LONGEST_DOCUMENT} letters, got ${length}; split it`,
  )
}

/** @throws SluiceError `MISSING_FIELD` without an id, `ID_TOO_LONG` */
export function requireDocumentId({ id }: TextDocument): string {
  if (typeof id !== 'string' || id === '') {
    throw new SluiceError('MISSING_FIELD', `document: expected an id of text, got ${JSON.stringify(id) ?? 'none'}`)
  }
  if (id.length <= LONGEST_ID) return id
  throw new SluiceError('ID_TOO_LONG', `document id: expected at most ${LONGEST_ID} letters, got ${id.length}`)
}

function textsOf(document: TextDocument, name: string): string[] {
  const value = document[name] ?? []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.map((text) => {
    if (typeof text === 'string') return text
    throw new SluiceError('WRONG_TYPE', `document ${document.id}, ${name}: expected text, got ${typeof text}`)
  })
}

function unknown(id: string, name: string): SluiceError {
  return new SluiceError('UNKNOWN_FIELD', `document ${id}: expected fields of the index, got ${name}; declare it`)
}
