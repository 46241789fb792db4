import { CellReader, isBlank, isLineEnd, numberOf } from './cell-number.ts'

const [NEWLINE, RETURN, COLON, HASH] = [10, 13, 58, 35]
const QID = [...'qid:'].map((letter) => letter.charCodeAt(0))

/** How the lines of a file are laid out. */
export type TableLayout =
  | { readonly kind: 'delimited' /** One byte. */; readonly separator: number; readonly columnCount: number }
  /** `label index:value ...`, with `qid:<number>` after the label and `# text` at the end where they are given. */
  | { readonly kind: 'libsvm' /** Of features; larger indices are passed over. */; readonly featureLimit: number }

/** The rows of some whole lines, as columns: the label or the first cell is column 0. */
export interface ParsedBlock {
  readonly rowCount: number
  /** Lines with the blank ones. */
  readonly lineCount: number
  readonly columnCount: number
  /** Rows that fit into a column: value `i` of column `c` is `values[c * capacity + i]`. */
  readonly capacity: number
  readonly values: Float64Array
  /** Shape (rowCount,), of `qid:`; absent when no row has one. */
  readonly queries?: Float64Array | undefined
  /** What is wrong with the first bad line. */
  readonly fault?: BlockFault | undefined
}

export interface BlockFault {
  /** From 1, of the block. */
  readonly line: number
  readonly expected: string
  readonly got: string
}

/**
 * Reads the lines of a block; lines of nothing but blanks are passed over.
 *
 * @param bytes - whole lines, the last one ends with a line feed too
 * @remarks O(bytes); 4 to 8 ns a byte.
 */
export function parseBlock(bytes: Uint8Array, layout: TableLayout): ParsedBlock {
  const lineCount = countLines(bytes)
  return layout.kind === 'delimited'
    ? parseDelimited(bytes, lineCount, layout.separator, layout.columnCount)
    : new LibSvmBlock(bytes, lineCount, layout.featureLimit).parse()
}

function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}

function parseDelimited(bytes: Uint8Array, lineCount: number, separator: number, columnCount: number): ParsedBlock {
  const values = new Float64Array(lineCount * columnCount)
  const cells = new CellReader(bytes)
  let rowCount = 0
  const block = (fault?: BlockFault): ParsedBlock => {
    return { rowCount, lineCount, columnCount, capacity: lineCount, values, fault }
  }
  for (let line = 1; line <= lineCount; line++) {
    if (skipBlankLine(bytes, cells)) continue
    for (let column = 0; column < columnCount; column++) {
      const from = cells.at
      values[column * lineCount + rowCount] = cells.next(separator)
      if (cells.failed) return block(badCell(line, column, cells.textAt(from, separator)))
      const isLast = column === columnCount - 1
      if (isLast !== (bytes[cells.at]! !== separator))
        return block(otherWidth(bytes, cells, line, columnCount, separator))
      cells.at++
    }
    rowCount++
  }
  return block()
}

/** Moves behind a line of nothing but a line end; tabs and commas alone are a row of missing cells. */
function skipBlankLine(bytes: Uint8Array, cells: CellReader): boolean {
  const first = bytes[cells.at]!
  if (!isLineEnd(first)) return false
  cells.at += first === RETURN && bytes[cells.at + 1] === NEWLINE ? 2 : 1
  return true
}

function badCell(line: number, column: number, text: string): BlockFault {
  return { line, expected: `a number in column ${column + 1}`, got: JSON.stringify(text.slice(0, 40)) }
}

function otherWidth(
  bytes: Uint8Array,
  { at }: CellReader,
  line: number,
  columnCount: number,
  separator: number,
): BlockFault {
  const lineStart = bytes.lastIndexOf(NEWLINE, at - 1) + 1
  const lineEnd = bytes.indexOf(NEWLINE, at)
  let count = 1
  for (let place = lineStart; place < lineEnd; place++) if (bytes[place] === separator) count++
  return { line, expected: `${columnCount} cells`, got: String(count) }
}

/** A block of LibSVM lines; a feature that a row does not name is 0. Columns are added as features come up. */
class LibSvmBlock {
  readonly #bytes: Uint8Array
  readonly #lineCount: number
  readonly #featureLimit: number
  #values: Float64Array
  #columnCount = 1
  #queries: Float64Array | undefined
  #at = 0
  #rowCount = 0

  constructor(bytes: Uint8Array, lineCount: number, featureLimit: number) {
    this.#bytes = bytes
    this.#lineCount = lineCount
    this.#featureLimit = featureLimit
    this.#values = new Float64Array(lineCount * 64)
  }

  parse(): ParsedBlock {
    let fault: BlockFault | undefined
    for (let line = 1; line <= this.#lineCount && !fault; line++) fault = this.#line(line)
    return {
      rowCount: this.#rowCount,
      lineCount: this.#lineCount,
      columnCount: this.#columnCount,
      capacity: this.#lineCount,
      values: this.#values,
      queries: this.#queries,
      fault,
    }
  }

  #line(line: number): BlockFault | undefined {
    this.#skipBlanks()
    if (this.#endLine()) return undefined
    const label = this.#number()
    if (label === undefined) return this.#fault(line, 'a label')
    this.#values[this.#rowCount] = label
    this.#skipBlanks()
    if (this.#startsQuery()) {
      const query = this.#number()
      if (query === undefined || !Number.isFinite(query)) return this.#fault(line, 'a number after qid:')
      this.#queries ??= new Float64Array(this.#lineCount).fill(Number.NaN)
      this.#queries[this.#rowCount] = query
    }
    for (this.#skipBlanks(); !this.#endLine(); this.#skipBlanks()) {
      if (!this.#pair()) return this.#fault(line, 'index:value')
    }
    this.#rowCount++
    return undefined
  }

  /** One `index:value`. */
  #pair(): boolean {
    const bytes = this.#bytes
    let at = this.#at
    let feature = 0
    while ((bytes[at]! ^ 48) < 10) feature = feature * 10 + (bytes[at++]! ^ 48)
    if (at === this.#at || at - this.#at > 9 || bytes[at] !== COLON) return false
    this.#at = at + 1
    const value = this.#number()
    if (value === undefined) return false
    if (feature >= this.#featureLimit) return true
    if (feature + 1 >= this.#columnCount) this.#addColumns(feature + 2)
    this.#values[(feature + 1) * this.#lineCount + this.#rowCount] = value
    return true
  }

  #addColumns(count: number): void {
    this.#columnCount = count
    const needed = count * this.#lineCount
    if (needed <= this.#values.length) return
    const larger = new Float64Array(Math.max(needed, this.#values.length * 2))
    larger.set(this.#values)
    this.#values = larger
  }

  /** The number at the place, up to a blank or the end of the line. */
  #number(): number | undefined {
    const bytes = this.#bytes
    const from = this.#at
    let end = from
    while (bytes[end]! > 32) end++
    this.#at = end
    if (end === from) return undefined
    return shortNumber(bytes, from, end) ?? numberOf(latin1(bytes, from, end))
  }

  #startsQuery(): boolean {
    for (let i = 0; i < QID.length; i++) if (this.#bytes[this.#at + i] !== QID[i]) return false
    this.#at += QID.length
    return true
  }

  #skipBlanks(): void {
    while (isBlank(this.#bytes[this.#at]!)) this.#at++
  }

  /** Moves behind the end of the line, and a comment before it, when it stands there. */
  #endLine(): boolean {
    const byte = this.#bytes[this.#at]!
    if (byte !== HASH && !isLineEnd(byte)) return false
    this.#at = this.#bytes.indexOf(NEWLINE, this.#at) + 1
    return true
  }

  #fault(line: number, expected: string): BlockFault {
    const bytes = this.#bytes
    let [from, end] = [this.#at, this.#at]
    while (from > 0 && bytes[from - 1]! > 32) from--
    while (bytes[end]! > 32) end++
    return { line, expected, got: JSON.stringify(latin1(bytes, from, Math.min(end, from + 40))) }
  }
}

/** A number of up to 9 digits with at most one point; `undefined` for what is longer or none. */
function shortNumber(bytes: Uint8Array, from: number, end: number): number | undefined {
  const isNegative = bytes[from] === 45
  let at = isNegative ? from + 1 : from
  if (end - at > 10 || at === end) return undefined
  let digits = 0
  let divisor = 0
  for (; at < end; at++) {
    const byte = bytes[at]!
    if ((byte ^ 48) < 10) {
      digits = digits * 10 + (byte ^ 48)
      divisor *= 10
    } else if (byte === 46 && divisor === 0) divisor = 1
    else return undefined
  }
  if (divisor > 1) digits /= divisor
  return isNegative ? -digits : digits
}

function latin1(bytes: Uint8Array, from: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(from, end))
}
