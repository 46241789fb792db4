import { SluiceError } from '../../foundation/index.ts'
import { type ReadFilter, readNumberPhrases } from './number-phrases.ts'
import type { Synonyms } from './synonyms.ts'
import { type FilterField, isWordField } from './text-fields.ts'
import type { WordRun } from './text-query.ts'
import type { TextSnapshot } from './text-snapshot.ts'
import { readValueWords } from './value-words.ts'

/** Which fields are looked for in the words of a query. */
export interface RecogniseOptions {
  /** Fields that filter: of names by their values, of numbers and dates by what is said of them; all when absent. */
  readonly fields?: readonly string[]
  /** The field of amounts of money; `price` when absent, if there is such a field of numbers. */
  readonly money?: string
}

/** A filter that was taken from the words of a query. */
export interface RecognisedFilter extends ReadFilter {
  /** Whether it was given up and its words searched, because nothing would have been left. */
  readonly relaxed: boolean
}

/** Words of a query, and what of them filters. */
export interface RecognisedWords {
  readonly filters: readonly ReadFilter[]
  /** The other words, by {@link WordRun}. */
  readonly words: readonly string[]
  /** Whether the last word of the query is still among the words. */
  readonly keepsEnd: boolean
}

/**
 * Reads filters in the words of a query: `red acme shoes below 50` is `shoes` of the colour red and the brand Acme for less
 * than 50. Quoted words and words with a sign stay words.
 *
 * @throws SluiceError `UNKNOWN_FIELD` at a field that does not filter
 * @remarks As {@link readNumberPhrases} and {@link readValueWords}.
 */
export function recogniseFilters(
  snapshot: TextSnapshot,
  runs: readonly WordRun[],
  options: RecogniseOptions,
  { synonyms, spelling }: { readonly synonyms?: Synonyms | undefined; readonly spelling: boolean },
): RecognisedWords {
  const kinds = kindsOf(snapshot, options)
  const money = options.money ?? 'price'
  const numbers = { kinds, money: kinds[money] === 'number' ? money : undefined }
  const names = Object.keys(kinds).filter((field) => kinds[field] === 'keyword')
  const filters: ReadFilter[] = []
  const words: string[] = []
  let keepsEnd = true
  for (const { text, isFree } of runs) {
    const whole = snapshot.analysis.words(text)
    if (!isFree) {
      words.push(...whole)
      continue
    }
    const { found, rest } = readNumberPhrases(text, numbers)
    const left = readValueWords(snapshot, snapshot.analysis.words(rest), { fields: names, synonyms, spelling })
    filters.push(...found, ...left.found)
    words.push(...left.rest)
    keepsEnd = left.rest.at(-1) === whole.at(-1)
  }
  return { filters, words, keepsEnd }
}

function kindsOf({ layout }: TextSnapshot, { fields, money }: RecogniseOptions): Record<string, FilterField['kind']> {
  const kinds: Record<string, FilterField['kind']> = {}
  for (const [name, field] of Object.entries(layout.fields)) if (!isWordField(field)) kinds[name] = field.kind
  for (const field of [...(fields ?? []), ...(money === undefined ? [] : [money])]) {
    if (kinds[field] !== undefined) continue
    const known = Object.keys(kinds).join(', ') || 'none'
    throw new SluiceError('UNKNOWN_FIELD', `recognise: expected fields that filter (${known}), got ${field}`)
  }
  return Object.fromEntries(Object.entries(kinds).filter(([name]) => fields?.includes(name) ?? true))
}
