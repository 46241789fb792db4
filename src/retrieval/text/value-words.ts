import type { KeywordDictionary } from './fields/keyword-dictionary.ts'
import { KeywordValues } from './fields/keyword-values.ts'
import { guessWords, type KnownWords } from './guess-words.ts'
import type { ReadFilter } from './number-phrases.ts'
import { SpellingDictionary } from './spelling-dictionary.ts'
import { type KeyStep, synonymTrie, wordKey } from './synonym-trie.ts'
import type { Synonyms } from './synonyms.ts'
import type { FieldPart, TextSnapshot } from './text-snapshot.ts'

/** Words of one value, and filters that are taken from a query. */
const MOST_WORDS = 6
const MOST_FOUND = 8
/** Of a longer query the first words are read. */
const MOST_READ = 64
/** Values that are known by their words; a field of more is no field of names. */
const MOST_VALUES = 100_000
/** A word that is like a word of a value is taken for it when this is as likely. */
const SURE = 0.5

interface ValueTrie {
  readonly next: Map<string, ValueTrie>
  /** The values that end here, as their field has them. */
  readonly values: { readonly field: string; readonly value: string }[]
}

/** The values of some fields by their words. */
interface ValueWords {
  readonly trie: ValueTrie
  readonly words: KnownWords
}

interface Cached {
  readonly sizes: string
  readonly words: ValueWords
}

const cache = new WeakMap<object, Map<string, Cached>>()

/** Where values may be found in the words of a query. */
export interface ValueReading {
  readonly fields: readonly string[]
  readonly synonyms?: Synonyms | undefined
  readonly spelling: boolean
}

/**
 * Takes values of fields out of the words of a query: the longest first, from left to right. A word that stands nowhere
 * may be one of a value with a slip, and a synonym may stand for one.
 *
 * @returns the filters, values of one field as alternatives, and the words that are left
 * @remarks O(words), of which the first 64 are read; the values are read once, and again when there are more.
 */
export function readValueWords(
  snapshot: TextSnapshot,
  words: readonly string[],
  reading: ValueReading,
): { found: ReadFilter[]; rest: string[] } {
  const known = valueWordsOf(snapshot, reading.fields)
  const steps = stepsOf(snapshot, words.slice(0, MOST_READ), known, reading)
  const taken = new Map<string, { readonly values: string[]; readonly written: string[] }>()
  const rest: string[] = []
  for (let place = 0; place < words.length; ) {
    const match = taken.size < MOST_FOUND ? longestAt(known.trie, steps, place) : undefined
    if (match === undefined) {
      rest.push(words[place++]!)
      continue
    }
    const own = taken.get(match.field) ?? { values: [], written: [] }
    taken.set(match.field, own)
    own.values.push(...match.values)
    own.written.push(words.slice(place, match.to).join(' '))
    place = match.to
  }
  const found = Array.from(taken, ([field, { values, written }]) => ({
    ...{ written: written.join(' '), field, filter: values.length === 1 ? values[0]! : [...new Set(values)] },
  }))
  return { found, rest }
}

/** From each place, the words that may stand there: as written, mended, or by a synonym of one or more. */
function stepsOf(
  snapshot: TextSnapshot,
  words: readonly string[],
  known: ValueWords,
  { synonyms, spelling }: ValueReading,
): KeyStep[][] {
  const { analysis } = snapshot
  const steps = words.map((word, place): KeyStep[] => {
    const own = { key: wordKey(analysis, word), weight: 1, to: place + 1 }
    if (!spelling || snapshot.frequency(own.key) > 0 || known.words.countOf(word) > 0) return [own]
    const guess = guessWords(known.words, word, 0)[0]
    const isSure = guess !== undefined && guess.confidence >= SURE
    return isSure ? [own, { ...own, key: wordKey(analysis, guess.word), weight: guess.confidence }] : [own]
  })
  if (!synonyms) return steps
  const trie = synonymTrie(synonyms, analysis)
  const extra = steps.map((_, place) =>
    trie.matchesAt((at) => steps[at] ?? [], place).filter(({ words: other }) => other.length === 1),
  )
  return steps.map((own, place) => [
    ...own,
    ...extra[place]!.map(({ to, words: [other = ''], weight }) => ({ key: wordKey(analysis, other), weight, to })),
  ])
}

function longestAt(
  trie: ValueTrie,
  steps: readonly (readonly KeyStep[])[],
  from: number,
): { field: string; values: string[]; to: number } | undefined {
  let best: { field: string; values: string[]; to: number } | undefined
  const follow = (node: ValueTrie, place: number, left: number): void => {
    const [first] = node.values
    if (first !== undefined && (best === undefined || place > best.to)) {
      const values = node.values.filter(({ field }) => field === first.field).map(({ value }) => value)
      best = { field: first.field, values, to: place }
    }
    if (left === 0) return
    for (const { key, to } of steps[place] ?? []) {
      const next = node.next.get(key)
      if (next) follow(next, to, left - 1)
    }
  }
  follow(trie, from, MOST_WORDS)
  return best
}

function keywordsOf({ values: { column } }: FieldPart): KeywordDictionary[] {
  return column instanceof KeywordValues ? [column.dictionary] : []
}

/** Made once for the values of the fields, and again when there are more of them. */
function valueWordsOf(snapshot: TextSnapshot, fields: readonly string[]): ValueWords {
  const dictionaries = fields.map((field) => snapshot.fieldParts(field).flatMap(keywordsOf))
  const first = dictionaries.flat()[0]
  if (first === undefined) return newValueWords(snapshot, fields, [])
  const sizes = dictionaries.map((parts) => parts.map((part) => part.size).join(' ')).join(',')
  const byFields = cache.get(first) ?? new Map<string, Cached>()
  cache.set(first, byFields)
  const name = `${snapshot.analysis.name} ${fields.join(' ')}`
  const earlier = byFields.get(name)
  if (earlier?.sizes === sizes) return earlier.words
  const values = dictionaries.map((parts) => [...new Set(parts.flatMap((part) => part.values))])
  const words = newValueWords(snapshot, fields, values)
  byFields.set(name, { sizes, words })
  return words
}

function newValueWords(
  { analysis }: TextSnapshot,
  fields: readonly string[],
  values: readonly (readonly string[])[],
): ValueWords {
  const trie: ValueTrie = { next: new Map(), values: [] }
  const counts = new Map<string, number>()
  for (const [number, field] of fields.entries()) {
    for (const value of (values[number] ?? []).slice(0, MOST_VALUES)) {
      const words = analysis.words(value)
      if (words.length === 0 || words.length > MOST_WORDS) continue
      let node = trie
      for (const word of words) {
        counts.set(word, (counts.get(word) ?? 0) + 1)
        const key = wordKey(analysis, word)
        const next = node.next.get(key) ?? { next: new Map(), values: [] }
        node.next.set(key, next)
        node = next
      }
      node.values.push({ field, value })
    }
  }
  const dictionary = new SpellingDictionary(counts.keys())
  return { trie, words: { dictionary, countOf: (word) => counts.get(word) ?? 0 } }
}
