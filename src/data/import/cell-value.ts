/** The 1 January of the last year in parentheses, in milliseconds since 1970; undefined when there is none. */
export function yearInText(text: string): number | undefined {
  const year = /^.*\((\d{4})(?:-\d{0,4})?\)/s.exec(text)?.[1]
  return year === undefined ? undefined : Date.UTC(Number(year), 0, 1)
}

/** A number, times `scale`; the text itself when it is none, so that the schema names the fault. */
export function parseNumber(text: string, scale = 1): number | string {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isNaN(value) ? text : value * scale
}

/** True for `true`, `1`, `yes`; false for `false`, `0`, `no`; otherwise the text. */
export function parseBoolean(text: string): boolean | string {
  const lower = text.toLowerCase()
  if (['true', '1', 'yes'].includes(lower)) return true
  return ['false', '0', 'no'].includes(lower) ? false : text
}
