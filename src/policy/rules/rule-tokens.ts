import { SluiceError } from '../../foundation/index.ts'

/** A piece of the text of rules, and where it begins. */
export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end'
  /** The word, sign or number as it is written; of a quoted text what it says. */
  readonly text: string
  readonly line: number
  readonly column: number
}

/** Words with dots, as columns have them (`cardCount.1h`), and with hyphens (`step-up`). */
const PATTERN =
  /(?<space>[ \t\r]+|#[^\n]*)|(?<line>\n)|(?<word>[A-Za-z_]\w*(?:[.-]\w+)*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<text>"(?:[^"\\\n]|\\["\\])*")|(?<sign><=|>=|!=|[-+*/<>=():,])/y

/**
 * Takes the text of rules apart; a `#` begins a comment.
 *
 * @throws SluiceError `INVALID_RULES` with line and column of what is none of its words
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  let lineStart = 0
  PATTERN.lastIndex = 0
  while (PATTERN.lastIndex < text.length) {
    const at = PATTERN.lastIndex
    const groups = PATTERN.exec(text)?.groups
    if (!groups) throw unreadable(text, at, line, at - lineStart + 1)
    const place = { line, column: at - lineStart + 1 }
    if (groups.line !== undefined) {
      line++
      lineStart = PATTERN.lastIndex
    } else if (groups.word !== undefined) tokens.push({ kind: 'word', text: groups.word, ...place })
    else if (groups.number !== undefined) tokens.push({ kind: 'number', text: groups.number, ...place })
    else if (groups.sign !== undefined) tokens.push({ kind: 'sign', text: groups.sign, ...place })
    else if (groups.text !== undefined) tokens.push({ kind: 'text', text: unquoted(groups.text), ...place })
  }
  return [...tokens, { kind: 'end', text: 'the end', line, column: text.length - lineStart + 1 }]
}

/** A text in quotes, as rules write it. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1')
}

function unreadable(text: string, at: number, line: number, column: number): SluiceError {
  const rest = text.slice(at, at + 20).split('\n')[0] ?? ''
  const expected = rest.startsWith('"') ? 'a text that ends with " on its line' : 'a word, number, text or sign'
  return new SluiceError(
    'INVALID_RULES',
    `rules, line ${line}, column ${column}: expected ${expected}, got ${JSON.stringify(rest)}; correct the rules`,
    { details: { line, column } },
  )
}
