import { SluiceError } from '../foundation/index.ts'

/** The longest name of an entity, key, person or event. */
const LONGEST_NAME = 256
/** The longest reason or note. */
const LONGEST_NOTE = 2_000

/** Refuses what is no time in whole milliseconds since 1970. @throws SluiceError `INVALID_ARGUMENT` */
export function requireTime(what: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return
  throw invalid(what, 'whole milliseconds since 1970', value)
}

/** Refuses what is no name of 1 to 256 characters. @throws SluiceError `INVALID_ARGUMENT` */
export function requireName(what: string, value: unknown): void {
  if (typeof value === 'string' && value.length > 0 && value.length <= LONGEST_NAME) return
  throw invalid(what, `a text of 1 to ${LONGEST_NAME} characters`, value)
}

/** Refuses what is no reason or note of at most 2,000 characters. @throws SluiceError `INVALID_ARGUMENT` */
export function requireNote(what: string, value: unknown): void {
  if (typeof value === 'string' && value.length <= LONGEST_NOTE) return
  throw invalid(what, `a text of at most ${LONGEST_NOTE} characters`, value)
}

/** Refuses what is none of the words that are known. @throws SluiceError `INVALID_ARGUMENT` */
export function requireWord(what: string, value: unknown, words: readonly string[]): void {
  if (!words.includes(value as string)) throw invalid(what, `one of ${words.join(', ')}`, value)
}

/** Refuses a number out of its range. @throws SluiceError `OUT_OF_RANGE` */
export function requireNumber(what: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return
  const expected = most === Number.MAX_VALUE ? `a finite number of at least ${least}` : `from ${least} to ${most}`
  throw new SluiceError('OUT_OF_RANGE', `${what}: expected ${expected}, got ${value}; correct it`)
}

function invalid(what: string, expected: string, got: unknown): SluiceError {
  const shown = typeof got === 'string' ? JSON.stringify(got.slice(0, 40)) : String(got)
  return new SluiceError('INVALID_ARGUMENT', `${what}: expected ${expected}, got ${shown}; correct it`)
}
