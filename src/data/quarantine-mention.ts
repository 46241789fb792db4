import type { QuarantinedInput } from './quarantine.ts'

/** What may stand around a cell of a delimited file. */
const DELIMITERS = ',;|:\\t\\r\\n'

/**
 * Compiles the test whether a quarantined input mentions a key. It was not checked against the schema, so its text
 * decides: the key is there as a whole string of its JSON, or, as far as it is not JSON, in quotes or as a whole cell
 * between delimiters (comma, semicolon, bar, colon, tab, line end). The message, which may quote the input, counts too.
 */
export function compileMention(id: string): (input: Omit<QuarantinedInput, 'number'>) => boolean {
  const quoted = JSON.stringify(id)
  const cell = new RegExp(`(?:^|[${DELIMITERS}])[ "']*${escaped(id)}[ "']*(?:$|[${DELIMITERS}])`)
  const isInText = (text: string) => text.includes(quoted) || cell.test(text)
  return ({ original, encoding, message }) => {
    const text = encoding === 'base64' ? Buffer.from(original, 'base64').toString('latin1') : original
    if (message.includes(quoted)) return true
    // Most inputs mention neither the key nor anything that could be it, escaped.
    if (encoding === 'utf8' && !text.includes(id) && !text.includes('\\')) return false
    const value = parsed(text)
    return value === undefined ? isInText(text) || (encoding === 'base64' && isInText(utf8Of(text))) : holds(value, id)
  }
}

/** Whether one of the strings of a JSON value is the key, however deep. */
function holds(value: unknown, id: string): boolean {
  if (value === id) return true
  if (value === null || typeof value !== 'object') return false
  return Object.hasOwn(value, id) || Object.values(value).some((inner) => holds(inner, id))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function utf8Of(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8')
}

function escaped(id: string): string {
  return id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
