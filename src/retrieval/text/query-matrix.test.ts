import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Random, randomFrom } from '../../foundation/index.ts'
import { searchText, type TextHit, type TextSearchOptions } from './search-text.ts'
import { parseSynonyms } from './synonyms.ts'
import { TextIndexBuilder } from './text-index-builder.ts'
import type { TextSnapshot } from './text-snapshot.ts'

/**
 * Every combination of a synonym, a slip, a beginning, a phrase and a filter, over products of a generated catalogue. A
 * product has words of its own, so that it is known which one a query is about.
 */
const SYNONYMS = ['none', 'one-way', 'two-way', 'multi-word', 'to multi-word'] as const
const SLIPS = ['none', 'left out', 'put in', 'replaced', 'exchanged'] as const
const PREFIXES = [false, true] as const
const PHRASES = ['none', 'quoted', 'split', 'joined'] as const
const FILTERS = ['none', 'value', 'number', 'both'] as const

interface Case {
  readonly synonym: (typeof SYNONYMS)[number]
  readonly slip: (typeof SLIPS)[number]
  readonly prefix: boolean
  readonly phrase: (typeof PHRASES)[number]
  readonly filter: (typeof FILTERS)[number]
}

const CASES: readonly Case[] = SYNONYMS.flatMap((synonym) =>
  SLIPS.flatMap((slip) =>
    PREFIXES.flatMap((prefix) =>
      PHRASES.flatMap((phrase) => FILTERS.map((filter) => ({ synonym, slip, prefix, phrase, filter }))),
    ),
  ),
)

/** What is said of a product, each word its own. */
interface Product {
  readonly id: string
  readonly brand: string
  readonly price: number
  /** Has synonyms. */
  readonly kind: string
  /** Is written with a slip. */
  readonly long: string
  /** Two words in a row, or one that is written as two. */
  readonly pair: readonly [string, string]
  readonly joined: string
  /** Is begun. */
  readonly last: string
}

const LETTERS = ['bcdfghjklmnprstvz', 'aeiou'] as const

function newWord(random: Random, syllables: number, used: Set<string>): string {
  for (;;) {
    const letters = Array.from(
      { length: 2 * syllables },
      (_, at) => LETTERS[at % 2]![random.integer(LETTERS[at % 2]!.length)]!,
    )
    // Ends in a letter that no stem takes away.
    const word = `${letters.join('')}k`
    const head = word.slice(0, 5)
    if (used.has(head)) continue
    used.add(head)
    return word
  }
}

function catalogue(count: number): Product[] {
  const random = randomFrom(11, 'matrix')
  const used = new Set<string>()
  const word = (syllables: number) => newWord(random, syllables, used)
  const brands = Array.from({ length: 8 }, () => word(3))
  return Array.from({ length: count }, (_, number) => ({
    ...{ id: `p${number}`, brand: brands[number % brands.length]!, price: 10 + number },
    ...{ kind: word(4), long: word(4), pair: [word(3), word(3)] as const, joined: word(3) + word(3), last: word(4) },
  }))
}

/** Two words for each kind: one for a single word, and one for two. */
const otherOf = (kind: string) => ({
  word: `${kind.slice(0, -1)}ulum`,
  words: `${kind.slice(0, 5)}uzzby ${kind.slice(0, 5)}ohhmo`,
})

function synonymsOf(products: readonly Product[], synonym: Case['synonym']): string {
  const rule = ({ kind }: Product): string => {
    const { word, words } = otherOf(kind)
    if (synonym === 'one-way') return `${word} => ${kind}`
    if (synonym === 'two-way') return `${kind}, ${word}`
    return synonym === 'multi-word' ? `${words} => ${kind}` : `${word} => super ${kind}`
  }
  return synonym === 'none' ? '' : products.map(rule).join('\n')
}

function queryOf({ kind, long, pair, joined, last, brand, price }: Product, one: Case): string {
  const middle = Math.floor(joined.length / 2)
  const asked = {
    none: kind,
    ...{ 'one-way': otherOf(kind).word, 'two-way': otherOf(kind).word, 'to multi-word': otherOf(kind).word },
    'multi-word': otherOf(kind).words,
  }[one.synonym]
  const phrase = {
    none: pair[0],
    quoted: `"${pair.join(' ')}"`,
    split: pair.join(''),
    joined: `${joined.slice(0, middle)} ${joined.slice(middle)}`,
  }[one.phrase]
  const filter = {
    none: '',
    value: brand,
    number: `below ${price + 1}`,
    both: `${brand} between ${price} and ${price}`,
  }
  const end = one.prefix ? last.slice(0, -3) : last
  // The slip is in the word that has synonyms, where it has, so that both must be seen through.
  const [first = '', ...more] = (one.synonym === 'none' ? `${kind} ${long}` : `${asked} ${long}`).split(' ')
  return [filter[one.filter], withSlip(first, one), ...more, phrase, end].join(' ').trim()
}

function withSlip(word: string, { slip }: Case): string {
  const [before, own, after] = [word.slice(0, 5), word[5]!, word.slice(6)]
  if (slip === 'left out') return before + after
  if (slip === 'put in') return `${before}x${own}${after}`
  if (slip === 'replaced') return `${before}q${after}`
  return slip === 'exchanged' ? before + after.slice(0, 1) + own + after.slice(1) : word
}

function indexOf(products: readonly Product[]): TextSnapshot {
  const fields = { title: { kind: 'text' }, brand: { kind: 'keyword' }, price: { kind: 'number' } } as const
  const builder = new TextIndexBuilder({ fields })
  for (const { id, brand, price, kind, long, pair, joined, last } of products) {
    const title = `super ${kind} ${long} ${pair.join(' ')} ${joined} ${last}`
    builder.add({ id, title, brand, price })
    // The same but for one word each: what a query is not about.
    for (const [number, word] of [kind, long, pair[0], joined, last].entries())
      builder.add({ id: `${id}-${number}`, title: title.replace(word, 'other'), brand: 'nobody', price: price + 500 })
  }
  return builder.build()
}

describe('synonym, slip, beginning, phrase and filter', () => {
  const products = catalogue(40)
  const index = indexOf(products)
  const synonymsBy = new Map(SYNONYMS.map((synonym) => [synonym, parseSynonyms(synonymsOf(products, synonym))]))
  const answer = (text: string, one: Case, options: TextSearchOptions = {}): readonly TextHit[] => {
    const synonyms = synonymsBy.get(one.synonym)
    const recognise = one.filter !== 'none'
    return searchText(index, text, { synonyms, prefix: one.prefix, recognise, ...options }).hits
  }

  it(`find what is meant in all ${CASES.length} combinations, explained to the score`, () => {
    const failed: string[] = []
    for (const [number, one] of CASES.entries()) {
      const product = products[number % products.length]!
      const text = queryOf(product, one)
      const [first, ...others] = answer(text, one, { explain: true })
      const sum = (first?.parts ?? []).reduce((total, { score }) => total + score, 0)
      // One of the others has all that is asked for, too: it differs in a word that is not.
      const alike = `${product.id}-${one.phrase === 'joined' ? 2 : 3}`
      const isBest = others.every(({ id, score }) => id === alike || score < first!.score)
      const isRight = first?.id === product.id && isBest && Math.abs(sum - first.score) < 1e-9
      if (!isRight) failed.push(`${JSON.stringify(one)} ${text}: ${first?.id} for ${product.id}`)
    }
    assert.deepEqual(failed, [])
  })

  it('score less with every expansion than what is written as it stands', () => {
    const plain: Case = { synonym: 'none', slip: 'none', prefix: false, phrase: 'none', filter: 'none' }
    for (const [number, one] of CASES.entries()) {
      const isExpanded = one.synonym !== 'none' || one.slip !== 'none' || one.prefix || one.phrase === 'split'
      if (!isExpanded || one.phrase === 'joined' || one.phrase === 'quoted') continue
      const product = products[number % products.length]!
      const exact = { ...plain, phrase: one.phrase === 'split' ? 'quoted' : 'none' } as const
      const scoreOf = (asked: Case) =>
        answer(
          queryOf(product, { ...asked, filter: 'none' }).replaceAll('"', ''),
          { ...asked, filter: 'none' },
          { proximity: false },
        )[0]?.score ?? 0
      assert.ok(scoreOf(one) < scoreOf(exact), `${JSON.stringify(one)}: ${scoreOf(one)} is not below ${scoreOf(exact)}`)
    }
  })
})
