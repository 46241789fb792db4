const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * A date as data sets write it, in milliseconds since 1970, UTC: `31-Jan-1995`, `1995`, `1995-01-31` or a full ISO time.
 *
 * @returns undefined when the text is none of these
 */
export function parseDate(text: string): number | undefined {
  const english = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text)
  if (english) {
    const month = MONTHS.indexOf((english[2] ?? '').toLowerCase())
    return month < 0 ? undefined : Date.UTC(Number(english[3]), month, Number(english[1]))
  }
  if (/^\d{4}$/.test(text)) return Date.UTC(Number(text), 0, 1)
  // Without a zone the language takes a time as local; data must not depend on where it is read.
  const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(text)
  if (!iso) return undefined
  const moment = Date.parse(text.length > 10 && !iso[1] ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T'))
  return Number.isNaN(moment) ? undefined : moment
}
