import { SluiceError } from '../../foundation/index.ts'
import { isPaired } from './languages/language.ts'
import type { TextDocument, TextLayout } from './text-fields.ts'

/** Letters of all text fields of a document: 40,000 words, which take some 30 ms, and no other work comes between. */
const LONGEST_DOCUMENT = 250_000
/** The same where every two signs are a word. */
const LONGEST_OF_PAIRS = 100_000
const LONGEST_ID = 1024

/**
 * The texts of a document, field by field.
 *
 * @throws SluiceError `UNKNOWN_FIELD`, `WRONG_TYPE` at what is no text, `LIMIT_EXCEEDED` at more than 250,000 letters,
 * or 100,000 where every two signs are a word
 */
export function textsOfDocument(document: TextDocument, { fields, wordFields }: TextLayout): string[][] {
  for (const name of Object.keys(document)) {
    if (name !== 'id' && !Object.hasOwn(fields, name)) throw unknown(document.id, name)
  }
  const texts = wordFields.map(({ name }) => textsOf(document, name))
  const length = texts.flat().reduce((sum, text) => sum + text.length + 1, -1)
  const most = wordFields.some(({ chain }) => isPaired(chain)) ? LONGEST_OF_PAIRS : LONGEST_DOCUMENT
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

function textsOf(document: TextDocument, name: string): string[] {
  const value = document[name] ?? []
  const list: unknown[] = Array.isArray(value) ? value : [value]
  if (list.length > LONGEST_DOCUMENT) throw tooLong(document, list.length, LONGEST_DOCUMENT)
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
