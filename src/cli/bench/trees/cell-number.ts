const [NEWLINE, RETURN, TAB, BLANK, PLUS, MINUS, POINT] = [10, 13, 9, 32, 43, 45, 46]
/** Digits that an int32 holds whatever they are. */
const SHORT_DIGITS = 9
/** Powers of ten that a double holds exactly, so that one division rounds correctly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => 10 ** exponent)
/** What LightGBM reads for `inf`, for trees compare finite numbers alone. */
const LARGEST = 1e308

/**
 * Reads numbers out of the bytes of a text, one after the other. Correctly rounded; the numbers of up to 9 digits that
 * files of features mostly hold cost some 10 ns each, all others a string.
 */
export class CellReader {
  readonly #bytes: Uint8Array
  /** The byte that comes next. */
  at = 0
  /** Whether the last cell was none: {@link at} stands at its begin then. */
  failed = false

  /** @param bytes - ends with a line feed */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /**
   * The number that begins at {@link at}, up to `separator`, a blank or the end of the line, where `at` stands after.
   * An empty cell, `na`, `nan` and `null` are `NaN`; `inf` is 1e308, as LightGBM has it.
   */
  next(separator: number): number {
    const bytes = this.#bytes
    let at = this.at
    let byte = bytes[at]!
    const isNegative = byte === MINUS
    if (isNegative || byte === PLUS) byte = bytes[++at]!
    const first = at
    let digits = 0
    while ((byte ^ 48) < 10) {
      digits = (Math.imul(digits, 10) + (byte ^ 48)) | 0
      byte = bytes[++at]!
    }
    let count = at - first
    let decimals = 0
    if (byte === POINT) {
      const point = at
      byte = bytes[++at]!
      while ((byte ^ 48) < 10) {
        digits = (Math.imul(digits, 10) + (byte ^ 48)) | 0
        byte = bytes[++at]!
      }
      decimals = at - point - 1
      count += decimals
    }
    if (count === 0 || count > SHORT_DIGITS || (byte !== separator && byte !== NEWLINE))
      return this.#longCell(separator)
    this.at = at
    const magnitude = decimals === 0 ? digits : digits / POWERS[decimals]!
    return isNegative ? -magnitude : magnitude
  }

  /** The text of the cell that begins at `at`, without the blanks around it. */
  textAt(at: number, separator: number): string {
    let end = at
    for (let byte = this.#bytes[end]!; byte !== separator && byte !== NEWLINE; byte = this.#bytes[end]!) end++
    let text = ''
    for (let place = at; place < end; place++) text += String.fromCharCode(this.#bytes[place]!)
    return text.trim()
  }

  /** Any cell: more digits, an exponent, a word, blanks around it. */
  #longCell(separator: number): number {
    const bytes = this.#bytes
    const from = this.at
    let at = from
    for (let byte = bytes[at]!; byte !== separator && byte !== NEWLINE; byte = bytes[at]!) at++
    const value = numberOf(this.textAt(from, separator))
    this.failed = value === undefined
    this.at = this.failed ? from : at
    return value ?? Number.NaN
  }
}

export function isLineEnd(byte: number): boolean {
  return byte === NEWLINE || byte === RETURN
}

export function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB
}

/** A number as text, or what stands for a missing one; `undefined` for anything else. */
export function numberOf(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return clamp(Number(text))
  const word = text.toLowerCase()
  if (word === '' || word === 'nan' || word === 'na' || word === 'null') return Number.NaN
  if (/^[+-]?inf(inity)?$/.test(word)) return word.startsWith('-') ? -LARGEST : LARGEST
  return undefined
}

function clamp(value: number): number {
  return Math.min(Math.max(value, -LARGEST), LARGEST)
}
