import type { Analysis } from './analysis.ts'
import type { KnownWords } from './guess-words.ts'
import { SpellingDictionary } from './spelling-dictionary.ts'
import type { SynonymRule, Synonyms } from './synonyms.ts'

/** A step through a query: a word that may stand there, as {@link wordKey} has it, and where the next begins. */
export interface KeyStep {
  readonly key: string
  /** At most 1. */
  readonly weight: number
  readonly to: number
}

/** An expression found in a query, and another that it stands for. */
export interface SynonymMatch {
  /** Where the expression ends. */
  readonly to: number
  /** The words of the other expression. */
  readonly words: readonly string[]
  /** How surely the words were read so, at most 1. */
  readonly weight: number
}

interface TrieNode {
  readonly next: Map<string, TrieNode>
  /** By the words as one text, so that none stands twice. */
  readonly means: Map<string, readonly string[]>
}

/** From one place of a query so many are followed, whatever the rules say. */
const MOST_MATCHES = 32

const tries = new WeakMap<Synonyms, Map<string, SynonymTrie>>()

/** Synonyms as an analysis sees them; made once. */
export function synonymTrie(synonyms: Synonyms, analysis: Analysis): SynonymTrie {
  const known = tries.get(synonyms) ?? new Map<string, SynonymTrie>()
  tries.set(synonyms, known)
  const trie = known.get(analysis.name) ?? new SynonymTrie(synonyms, analysis)
  known.set(analysis.name, trie)
  return trie
}

/** How words are compared: by their term, and stop words as they are. */
export function wordKey(analysis: Analysis, word: string): string {
  return analysis.termOf(word) ?? word
}

/** Expressions by their words, one word after the other. */
export class SynonymTrie {
  readonly #analysis: Analysis
  readonly #root = newNode()
  /** The words of all expressions, ascending: what a slip may turn into one of them, though no document has it. */
  readonly words: readonly string[]
  readonly known: KnownWords

  constructor({ rules }: Synonyms, analysis: Analysis) {
    this.#analysis = analysis
    const words = new Set<string>()
    for (const rule of rules) {
      this.#add(rule)
      for (const expression of rule.from) for (const word of analysis.words(expression)) words.add(word)
    }
    this.words = [...words].sort()
    this.known = { dictionary: new SpellingDictionary(this.words), countOf: (word) => (words.has(word) ? 1 : 0) }
  }

  /**
   * The expressions that begin at a place of a query.
   *
   * @param stepsFrom - the steps from a place; they go forwards
   * @remarks O(steps that rules follow).
   */
  matchesAt(stepsFrom: (place: number) => readonly KeyStep[], from: number): SynonymMatch[] {
    const found: SynonymMatch[] = []
    const follow = (node: TrieNode, place: number, weight: number): void => {
      for (const words of node.means.values()) {
        if (found.length < MOST_MATCHES) found.push({ to: place, words, weight })
      }
      for (const step of found.length < MOST_MATCHES ? stepsFrom(place) : []) {
        const next = node.next.get(step.key)
        if (next) follow(next, step.to, weight * step.weight)
      }
    }
    follow(this.#root, from, 1)
    return found
  }

  #add({ from, to }: SynonymRule): void {
    const keysOf = (expression: string): string[] =>
      this.#analysis.words(expression).map((word) => wordKey(this.#analysis, word))
    for (const expression of from) {
      const keys = keysOf(expression)
      let node = this.#root
      for (const key of keys) {
        const next = node.next.get(key) ?? newNode()
        node.next.set(key, next)
        node = next
      }
      for (const other of to) {
        const same = keysOf(other).join(' ')
        if (keys.length > 0 && same !== keys.join(' ')) node.means.set(same, this.#analysis.words(other))
      }
    }
  }
}

function newNode(): TrieNode {
  return { next: new Map(), means: new Map() }
}
