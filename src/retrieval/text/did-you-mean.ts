import type { Analysis } from './analysis.ts'
import type { QueryGraph } from './query-graph.ts'

/** A word that was looked for in the place of another, and how likely it was meant, from 0 to 1. */
export interface Correction {
  readonly written: string
  readonly meant: string
  readonly confidence: number
}

/** A query as it may have been meant. */
export interface DidYouMean {
  readonly text: string
  /** How likely all of its words were meant, from 0 to 1. */
  readonly confidence: number
}

const WORD = /[\p{L}\p{N}\p{M}_'’.]+/gu

/** The words of a query that something else was likelier meant by. */
export function correctionsOf({ words, readings }: QueryGraph): Correction[] {
  const corrected = new Map<string, Correction>()
  for (const [place, written] of words.entries()) {
    const best = readings[place]?.[0]
    if (best === undefined || best.word === written) continue
    corrected.set(written, { written, meant: best.word, confidence: best.confidence })
  }
  return [...corrected.values()]
}

/** The query with its corrections in it and all else as it was; undefined where there are none. */
export function didYouMean(
  analysis: Analysis,
  text: string,
  corrections: readonly Correction[],
): DidYouMean | undefined {
  if (corrections.length === 0) return undefined
  const meant = new Map(corrections.map((correction) => [correction.written, correction.meant]))
  const changed = text.replace(WORD, (part) => {
    const [word, ...more] = analysis.words(part)
    return more.length === 0 && word !== undefined ? (meant.get(word) ?? part) : part
  })
  return { text: changed, confidence: corrections.reduce((product, { confidence }) => product * confidence, 1) }
}
