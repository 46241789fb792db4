import type { QueryTrie, TriePlace } from './query-trie.ts'

/** Typed letters from which on a slip is thought of. */
const SHORTEST = 4
/** What a slip costs, in powers of two: a query with one must be asked so many times more often to come first. */
const SLIP = 10
/** What it costs besides at the first and at the second letter of a word, which people seldom mistype. */
const [AT_FIRST, AT_SECOND] = [5, 2]
const SPACE = 32

/** Where typed letters lead, and in powers of two how unlikely it is that they lead there. */
export interface TypedPlace {
  readonly place: TriePlace
  readonly cost: number
}

export interface SlipOptions {
  /** Whether the last letter may be one too many or another, with nothing after it that speaks for it. */
  readonly atEnd: boolean
}

/**
 * The places in a trie that what is typed leads to: as it is written, and with one slip (a letter too many, too few,
 * another, or two exchanged) when it has four letters or more. Digits are never taken for others.
 *
 * @remarks O(letters * letters that may come next); most of these ways end at once.
 */
export function typedPlaces(trie: QueryTrie, typed: string, { atEnd }: SlipOptions): TypedPlace[] {
  const letters = Array.from({ length: typed.length }, (_, at) => typed.charCodeAt(at))
  const walk: Walk = { trie, letters, most: letters.length + (atEnd ? 0 : -1), found: [] }
  let place: TriePlace | undefined = trie.root
  for (let at = 0; place && at < letters.length; at++) {
    if (letters.length >= SHORTEST) addSlips(walk, place, at)
    place = trie.step(place, letters[at]!)
  }
  if (place) walk.found.push({ place, cost: 0 })
  return walk.found
}

interface Walk {
  readonly trie: QueryTrie
  readonly letters: readonly number[]
  /** A slip must be over before so many letters have been read. */
  readonly most: number
  readonly found: TypedPlace[]
}

/** Every way on from a place with a slip at the letter that comes next. */
function addSlips(walk: Walk, place: TriePlace, at: number): void {
  const { trie, letters, most } = walk
  const own = letters[at]!
  const cost = slipCost(letters, at)
  const isDigitTyped = isDigit(own)
  if (!isDigitTyped && at + 1 <= most) reach(walk, place, at + 1, cost)
  for (const [letter, next] of trie.next(place)) {
    if (letter === own || isDigit(letter)) continue
    reach(walk, next, at, cost)
    if (isDigitTyped) continue
    if (at + 1 <= most) reach(walk, next, at + 1, cost)
    if (letter === letters[at + 1]) reach(walk, trie.step(next, own), at + 2, cost)
  }
}

/** Reads the letters that are left as they are written. */
function reach({ trie, letters, found }: Walk, from: TriePlace | undefined, at: number, cost: number): void {
  let place = from
  for (let next = at; place && next < letters.length; next++) place = trie.step(place, letters[next]!)
  if (place) found.push({ place, cost })
}

function slipCost(letters: readonly number[], at: number): number {
  const isStart = (place: number): boolean => place === 0 || letters[place - 1] === SPACE
  if (isStart(at)) return SLIP + AT_FIRST
  return isStart(at - 1) ? SLIP + AT_SECOND : SLIP
}

function isDigit(letter: number): boolean {
  return letter >= 48 && letter <= 57
}
