import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { QueryTrie } from './query-trie.ts'
import { typedPlaces } from './typed-places.ts'

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), minLength: 1, maxLength: 7 })
const weight = fc.oneof(fc.integer({ min: -3, max: 30 }), fc.constant(Number.NEGATIVE_INFINITY))
const changes = fc.array(fc.record({ text, weight, isRemoved: fc.boolean() }), { maxLength: 60 })

describe('a trie of queries', () => {
  it('holds what a map holds and gives the heaviest below every prefix, whatever was added and removed', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const { trie, weights } = changed(list)
        assert.equal(trie.size, weights.size)
        for (const [known] of weights) assert.equal(trie.text(trie.find(known)), known)
        for (const prefix of ['', 'a', 'ab', 'abc', 'b', 'c1', ' a', 'x']) {
          const places = typedPlaces(trie, prefix, { atEnd: true }).filter(({ cost }) => cost === 0)
          const found = [...trie.heaviest(places)].map((one) => one.text)
          assert.deepEqual(
            found,
            heaviestOf(weights, (known) => (known.startsWith(prefix) ? 0 : undefined)),
          )
        }
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('finds what is one slip away from what is typed, as trying every slip does', () => {
    const typedText = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), minLength: 3, maxLength: 6 })
    fc.assert(
      fc.property(changes, typedText, fc.boolean(), (list, typed, atEnd) => {
        const { trie, weights } = changed(list)
        const found = [...trie.heaviest(typedPlaces(trie, typed, { atEnd }))].map((one) => one.text)
        const variants = slipsOf(typed, atEnd)
        const costOf = (known: string): number | undefined => {
          const costs = variants.filter(([variant]) => known.startsWith(variant)).map(([, cost]) => cost)
          return costs.length === 0 ? undefined : Math.min(...costs)
        }
        assert.deepEqual(found, heaviestOf(weights, costOf))
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  it('gives a text that several places lead to once, at its least cost', () => {
    const trie = new QueryTrie()
    trie.setWeight(trie.add('abc'), 5)
    const root = { place: trie.root, cost: 3 }
    const found = [...trie.heaviest([root, { ...root, cost: 1 }])]
    assert.deepEqual(found, [{ number: 0, text: 'abc', cost: 1 }])
  })

  it('keeps nothing of a text that was removed, and gives its number to the next', () => {
    const trie = new QueryTrie()
    const first = trie.add('coffee maker')
    trie.add('coffee')
    trie.remove(first)
    assert.equal(trie.find('coffee maker'), -1)
    assert.deepEqual([...trie.next(typedPlaces(trie, 'coffee', { atEnd: true }).at(-1)!.place)], [])
    assert.equal(trie.add('coffee table'), first)
    assert.equal(trie.weight(first), Number.NEGATIVE_INFINITY)
  })
})

function changed(list: readonly { text: string; weight: number; isRemoved: boolean }[]) {
  const trie = new QueryTrie()
  const weights = new Map<string, number>()
  for (const change of list) {
    if (change.isRemoved && weights.delete(change.text)) {
      trie.remove(trie.find(change.text))
      continue
    }
    weights.set(change.text, change.weight)
    trie.setWeight(trie.add(change.text), change.weight)
  }
  return { trie, weights }
}

function heaviestOf(weights: ReadonlyMap<string, number>, costOf: (text: string) => number | undefined): string[] {
  const reached = [...weights].flatMap(([known, own]) => {
    const cost = costOf(known)
    return cost === undefined || own === Number.NEGATIVE_INFINITY ? [] : [{ known, value: own - cost }]
  })
  return reached.sort((a, b) => b.value - a.value || (a.known < b.known ? -1 : 1)).map(({ known }) => known)
}

/** What is typed, and everything that is one slip away from it, with what that costs. */
function slipsOf(typed: string, atEnd: boolean): [string, number][] {
  const variants: [string, number][] = [[typed, 0]]
  if (typed.length < 4) return variants
  for (let at = 0; at < typed.length; at++) {
    const cost = costAt(typed, at)
    const [before, own, after] = [typed.slice(0, at), typed[at]!, typed.slice(at + 1)]
    const isInDoubt = own !== '1' && (atEnd || after !== '')
    if (isInDoubt) variants.push([before + after, cost])
    for (const letter of 'abc ') {
      if (letter === own) continue
      variants.push([before + letter + own + after, cost])
      if (isInDoubt) variants.push([before + letter + after, cost])
      if (own !== '1' && letter === after[0]) variants.push([before + letter + own + after.slice(1), cost])
    }
  }
  return variants
}

function costAt(typed: string, at: number): number {
  const inWord = at - (typed.lastIndexOf(' ', at - 1) + 1)
  return 10 + (inWord === 0 || at === 0 ? 5 : inWord === 1 ? 2 : 0)
}
