import type { Chain } from './analysis.ts'
import { wholeCode } from './code-words.ts'
import { type Completion, completeIn, completeWord } from './complete-word.ts'
import { compoundsWith } from './compound-words.ts'
import { guessCodes } from './guess-codes.ts'
import { guessWords, type KnownWords } from './guess-words.ts'
import { readWord, termOf, type WordReading } from './read-word.ts'
import { splitWord, splitWordWithSlip } from './split-word.ts'
import { type KeyStep, type SynonymTrie, synonymTrie, wordKey } from './synonym-trie.ts'
import type { Synonyms } from './synonyms.ts'
import type { TextSnapshot } from './text-snapshot.ts'
import { isLoneSign } from './word-tokens.ts'

/** Nodes from one word of a query to the next: a word that is split has its parts on the way. */
export const NODES_OF_A_WORD = 4

/** What an expansion leaves of a word's weight, besides what its guesses do. */
const SYNONYM_WEIGHT = 0.8
const COMPOUND_WEIGHT = 0.9
const COMPLETION_WEIGHT = 0.7
/** What is said of a compound is said of its last word, with more besides. */
const TAIL_WEIGHT = 0.6
/** A code that stands there as a whole says more than its parts, which others have as well. */
const WHOLE_CODE_WEIGHT = 1.25
/** Where the word that is being typed may become another, a slip in it is less likely. */
const SLIP_WHILE_TYPING = 0.7
const SLIP_WEIGHT = 0.9
/** A word like one of a synonym is taken for it when this is as likely among those. */
const LIKELY = 0.5

/** Of a longer query the first words are expanded, and fewer of them split. */
const MOST_EXPANDED = 64
const MOST_SPLIT = 16
const MOST_SPLIT_WITH_SLIP = 4
const SHORTEST_JOINED = 4
const MOST_PARTS = 3
const MOST_EDGES = 1024
/** Words that are joined to a code, and words that are looked for among the parts of codes. */
const MOST_PARTS_OF_CODE = 6
const MOST_CODE_LOOKUPS = 8
const MOST_COMPOUND_LOOKUPS = 4
const DIGIT = /\p{N}/u

/** Why something is looked for: the word as it was written, or what it may stand for. */
export type EdgeKind = 'word' | 'spelling' | 'prefix' | 'compound' | 'code' | 'synonym'

/** What may stand in a document for a part of a query: a term, or several in a row. */
export interface QueryEdge {
  /** Nodes: word p of the query goes from node 4 p to node 4 (p + 1). */
  readonly from: number
  readonly to: number
  readonly kind: EdgeKind
  /** As one would write it. */
  readonly text: string
  readonly terms: readonly string[]
  /** Which of the words each term is, stop words counted. */
  readonly offsets: readonly number[]
  /** How many words it is, stop words counted. */
  readonly length: number
  /** 1 for a word as it was written, more for a code of several, less for anything else. */
  readonly weight: number
}

/** The words of a query and all that may stand for them; a way through it is one reading of the whole. */
export interface QueryGraph {
  readonly words: readonly string[]
  readonly edges: readonly QueryEdge[]
  /** By word, what it was taken for, the likeliest first. */
  readonly readings: readonly (readonly WordReading[])[]
}

export interface GraphOptions {
  /** What corrections are guessed from; undefined where words are meant as they are written. */
  readonly known?: KnownWords | undefined
  readonly synonyms?: Synonyms | undefined
  /** Whether words may be split and joined. */
  readonly compounds?: boolean | undefined
  /** Whether the last word may be the beginning of one. */
  readonly openEnd?: boolean | undefined
  /** Whether words stand for codes that have them. */
  readonly codes?: boolean | undefined
}

/**
 * Everything that the words of a query may stand for, each with what is left of its weight: the words themselves,
 * corrections, completions of the last, words that two are joined to or one is split into, and synonyms of any of these,
 * so that a slip in a synonym's expression or a synonym of a beginning is found, too.
 *
 * @param words - as {@link Analysis.words} gives them
 * @remarks Bounded whatever the query: 64 words are expanded, 16 split, 1,024 edges kept.
 */
export function queryGraph(snapshot: TextSnapshot, words: readonly string[], options: GraphOptions): QueryGraph {
  const builder = new GraphBuilder(snapshot, words, options)
  builder.addWords()
  if (snapshot.analysis.pairs) builder.completeSigns()
  if (options.openEnd) builder.completeLast()
  if (options.compounds) builder.addCompounds()
  if (options.codes) builder.addCodes()
  if (options.synonyms) builder.addSynonyms(options.synonyms, options.openEnd ?? false)
  return { words, edges: builder.edges, readings: builder.readings }
}

/** Words that may stand for a part of a query. */
type WordsOfEdge = Pick<QueryEdge, 'from' | 'to' | 'kind' | 'weight'> & { readonly words: readonly string[] }

class GraphBuilder {
  readonly edges: QueryEdge[] = []
  readonly readings: (readonly WordReading[])[] = []
  readonly #snapshot: TextSnapshot
  readonly #words: readonly string[]
  readonly #known: KnownWords | undefined
  /** Where each edge stands among the edges, by its ends and terms. */
  readonly #places = new Map<string, number>()

  constructor(snapshot: TextSnapshot, words: readonly string[], { known }: GraphOptions) {
    this.#snapshot = snapshot
    this.#words = words
    this.#known = known
  }

  addWords(): void {
    const read = new Map<string, readonly WordReading[]>()
    for (const [place, word] of this.#words.entries()) {
      const known = read.size < MOST_EXPANDED ? this.#known : undefined
      const readings = read.get(word) ?? readWord(this.#snapshot, word, known)
      read.set(word, readings)
      this.readings.push(readings)
      for (const reading of readings) {
        const kind = reading.word === word ? 'word' : 'spelling'
        this.#add(nodeOf(place), nodeOf(place + 1), kind, [reading.word], reading.weight)
      }
    }
  }

  /** Where two signs are a word, one stands for those that begin with it. */
  completeSigns(): void {
    for (const [place, word] of this.#words.slice(0, MOST_SPLIT).entries()) {
      if (isLoneSign(word)) this.#complete(place, completeWord(this.#snapshot, word, false))
    }
  }

  completeLast(): void {
    const place = this.#words.length - 1
    const word = this.#words[place]
    if (word === undefined) return
    const completions = completeWord(this.#snapshot, word, this.#known !== undefined)
    const isKnown = termOf(this.#snapshot, word) !== undefined
    for (const [at, edge] of completions.length > 0 && !isKnown ? this.edges.entries() : []) {
      const isSlip = edge.from === nodeOf(place) && edge.kind === 'spelling'
      if (isSlip) this.edges[at] = { ...edge, weight: edge.weight * SLIP_WHILE_TYPING }
    }
    this.#complete(place, completions)
  }

  addCompounds(): void {
    const count = Math.min(this.#words.length, MOST_EXPANDED)
    for (let place = 0; place < count; place++) {
      this.#join(place, 2)
      this.#join(place, 3)
    }
    let split = 0
    for (let place = 0; place < count && split < MOST_SPLIT; place++) {
      if (this.#split(place, split < MOST_SPLIT_WITH_SLIP)) split++
    }
    if (this.#snapshot.analysis.compounds) this.#addCompoundsWith()
  }

  /** Codes by their parts: a word with a digit, or several that are one with what stood between them. */
  addCodes(): void {
    if (!this.#snapshot.analysis.chains.some(({ name }) => name === 'code')) return
    let lookups = 0
    for (let place = 0; place < Math.min(this.#words.length, MOST_EXPANDED); place++) {
      for (let count = 1; count <= MOST_PARTS_OF_CODE && place + count <= this.#words.length; count++) {
        const parts = this.#words.slice(place, place + count)
        const code = wholeCode(parts.join(''))
        if (!DIGIT.test(code)) continue
        const [from, to] = [nodeOf(place), nodeOf(place + count)]
        const isKnown = termOf(this.#snapshot, code) !== undefined
        const isWhole = isKnown && this.#snapshot.spelling.codes.has(code)
        if (isWhole && (count > 1 || code !== parts[0])) this.#add(from, to, 'code', [code], WHOLE_CODE_WEIGHT)
        // What stands there part by part is found by its parts.
        if (count > 1 && parts.every((part) => termOf(this.#snapshot, part) !== undefined)) continue
        if (lookups++ < MOST_CODE_LOOKUPS) this.#addCodesLike(from, to, code, !isKnown)
      }
    }
  }

  addSynonyms(synonyms: Synonyms, openEnd: boolean): void {
    const { analysis } = this.#snapshot
    const trie = synonymTrie(synonyms, analysis)
    const steps = new Map<number, KeyStep[]>()
    const step = (from: number, one: KeyStep) => steps.set(from, [...(steps.get(from) ?? []), one])
    for (const { from, to, terms, weight } of this.edges) {
      if (terms.length === 1) step(from, { key: terms[0]!, weight, to })
    }
    for (const [place, word] of this.#words.slice(0, MOST_EXPANDED).entries()) {
      const isLast = openEnd && place === this.#words.length - 1
      const to = nodeOf(place + 1)
      for (const { key, weight } of this.#expressionKeys(trie, word, isLast)) {
        const isNew = !steps.get(nodeOf(place))?.some((other) => other.key === key)
        if (isNew) step(nodeOf(place), { key, weight, to })
      }
    }
    for (const from of [...steps.keys()].sort((a, b) => a - b)) {
      for (const { to, words, weight } of trie.matchesAt((node) => steps.get(node) ?? [], from)) {
        this.#add(from, to, 'synonym', words, SYNONYM_WEIGHT * weight)
      }
    }
  }

  /** A word of an expression, which need not stand in any document, nor be searched: as written, mended or completed. */
  #expressionKeys(trie: SynonymTrie, word: string, isOpen: boolean): { key: string; weight: number }[] {
    const { analysis } = this.#snapshot
    const keys = [{ key: wordKey(analysis, word), weight: 1 }]
    if (trie.known.countOf(word) > 0 || termOf(this.#snapshot, word) !== undefined) return keys
    for (const { word: meant, probability, slips } of this.#known ? guessWords(trie.known, word, 0) : []) {
      if (probability >= LIKELY) keys.push({ key: wordKey(analysis, meant), weight: SLIP_WEIGHT ** slips })
    }
    for (const completed of isOpen ? completeIn(trie.words, word) : []) {
      keys.push({ key: wordKey(analysis, completed), weight: COMPLETION_WEIGHT })
    }
    return keys
  }

  #complete(place: number, completions: readonly Completion[]): void {
    for (const { word: completed, hasSlip } of completions) {
      const weight = COMPLETION_WEIGHT * (hasSlip ? SLIP_WEIGHT : 1)
      this.#add(nodeOf(place), nodeOf(place + 1), 'prefix', [completed], weight)
    }
  }

  /** What ends with a word: `Damenschuhe` for `Schuhe`. */
  #addCompoundsWith(): void {
    for (const [place, word] of this.#words.slice(0, MOST_COMPOUND_LOOKUPS).entries()) {
      for (const compound of compoundsWith(this.#snapshot, word)) {
        this.#add(nodeOf(place), nodeOf(place + 1), 'compound', [compound], TAIL_WEIGHT)
      }
    }
  }

  #addCodesLike(from: number, to: number, written: string, mayHaveSlip: boolean): void {
    const { codes } = this.#snapshot.spelling
    const isKnown = (code: string): boolean => this.#snapshot.frequency(code) > 0
    for (const { code, weight } of guessCodes(codes, written, mayHaveSlip && this.#known !== undefined, isKnown)) {
      this.#add(from, to, 'code', [code], weight)
    }
  }

  /** Two or three words as one, if there is one: `note book` for `notebook`; between two there may be a slip. */
  #join(place: number, count: number): void {
    const parts = this.#words.slice(place, place + count)
    const joined = parts.join('')
    if (parts.length < count || joined.length < SHORTEST_JOINED) return
    const [from, to] = [nodeOf(place), nodeOf(place + count)]
    if (termOf(this.#snapshot, joined) !== undefined) this.#add(from, to, 'compound', [joined], COMPOUND_WEIGHT)
    else if (count === 2 && parts.some((part) => termOf(this.#snapshot, part) === undefined)) {
      for (const { word, weight } of readWord(this.#snapshot, joined, this.#known)) {
        this.#add(from, to, 'compound', [word], COMPOUND_WEIGHT * weight)
      }
    }
  }

  /** A word as two or three: one that is known counts where they stand in a row, another wherever they stand. */
  #split(place: number, mayHaveSlip: boolean): boolean {
    const word = this.#words[place]!
    const [from, to] = [nodeOf(place), nodeOf(place + 1)]
    const own = this.readings[place]!
    const isKnown = own.some((reading) => reading.word === word)
    const exact = splitWord(this.#snapshot, word, isKnown ? 2 : MOST_PARTS)
    if (isKnown) {
      if (exact.length === 2) this.#add(from, to, 'compound', exact, COMPOUND_WEIGHT)
      return exact.length > 0
    }
    const isUnread = exact.length === 0 && own.length === 0 && mayHaveSlip && this.#known !== undefined
    const slipped = isUnread ? splitWordWithSlip(this.#snapshot, word, this.#known!) : []
    const weight = exact.length > 0 ? COMPOUND_WEIGHT : COMPOUND_WEIGHT * SLIP_WEIGHT
    const parts = exact.length > 0 ? exact : slipped
    for (const [at, part] of parts.entries()) {
      this.#add(from + at, at === parts.length - 1 ? to : from + at + 1, 'compound', [part], weight)
    }
    return exact.length > 0 || isUnread
  }

  /** Adds what documents have; of the same on two ways, the weightier counts. */
  #add(from: number, to: number, kind: EdgeKind, words: readonly string[], weight: number): void {
    for (const chain of this.#snapshot.analysis.chains) this.#addIn(chain, { from, to, kind, words, weight })
  }

  /** The same as fields of one language have it. */
  #addIn({ termOf }: Chain, { from, to, kind, words, weight }: WordsOfEdge): void {
    const found = words.flatMap((word, offset) => {
      const term = termOf(word)
      return term === undefined ? [] : [{ term, offset }]
    })
    if (found.length === 0 || found.some(({ term }) => this.#snapshot.frequency(term) === 0)) return
    const terms = found.map(({ term }) => term)
    const offsets = found.map(({ offset }) => offset)
    const name = [from, to, ...terms].join(' ')
    const earlier = this.#places.get(name)
    const edge = { from, to, kind, text: words.join(' '), terms, offsets, length: words.length, weight }
    if (earlier !== undefined) {
      if (this.edges[earlier]!.weight < weight) this.edges[earlier] = edge
    } else if (kind === 'word' || this.edges.length < MOST_EDGES) {
      this.#places.set(name, this.edges.length)
      this.edges.push(edge)
    }
  }
}

/** Where a word of a query begins. */
export function nodeOf(place: number): number {
  return place * NODES_OF_A_WORD
}
