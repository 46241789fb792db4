import { SluiceError } from '../../foundation/index.ts'
import type { TextDocument, TextLayout } from './text-fields.ts'

const LONGEST_ID = 1024

/**
 * The texts of a document, field by field.
 *
 * @param most - letters of all of them together
 * @throws SluiceError `UNKNOWN_FIELD`, `WRONG_TYPE` at what is no text, `LIMIT_EXCEEDED`
 */
export function textsOfDocument(document: TextDocument, { fields, wordFields }: TextLayout, most: number): string[][] {
  for (const name of Object.keys(document)) {
    if (name !== 'id' && !Object.hasOwn(fields, name)) throw unknown(document.id, name)
  }
  const texts = wordFields.map(({ name }) => textsOf(document, name, most))
  const length = texts.flat().reduce((sum, text) => sum + text.length + 1, -1)
  if (length > most) throw tooLong(document, length, most)
  return texts
}

/** @throws SluiceError `MISSING_FIELD` without an id, `ID_TOO_LONG` */
export function requireDocumentId({ id }: TextDocument): string {
  if (typeof id !== 'string' || id === '') {
    throw new SluiceError('MISSING_FIELD', `document: expected an id of text, got ${JSON.stringify(id) ?? 'none'}`)
  }
  if (id.length <= LONGEST_ID) return id
  throw new SluiceError('ID_TOO_LONG', `document id: expected at most ${LONGEST_ID} letters, got ${id.length}`)
}

function textsOf(document: TextDocument, name: string, most: number): string[] {
  const value = document[name] ?? []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length > most) throw tooLong(document, list.length, most)
  return list.map((text) => {
    if (typeof text === 'string') return text
    throw new SluiceError('WRONG_TYPE', `document ${document.id}, ${name}: expected text, got ${typeof text}`)
  })
}

function tooLong({ id }: TextDocument, length: number, most: number): SluiceError {
  return new SluiceError('LIMIT_EXCEEDED', `document ${id}: expected at most ${most} letters, got ${length}; split it`)
}

function unknown(id: string, name: string): SluiceError {
  return new SluiceError('UNKNOWN_FIELD', `document ${id}: expected fields of the index, got ${name}; declare it`)
}
