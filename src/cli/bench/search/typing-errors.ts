import { type Random, randomFrom } from '../../../foundation/index.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const SHORTEST = 5

/** A text with one edit in about half of its words of five letters or more: what people type in a hurry, seeded. */
export function withTypingErrors(text: string, seed: number, query: string): string {
  const random = randomFrom(seed, 'typing errors', query)
  return text.replace(/[A-Za-z]+/g, (word) =>
    word.length >= SHORTEST && random.uniform() < 0.5 ? withOneEdit(word, random) : word,
  )
}

/** One letter left out, put in, replaced by another, or exchanged with the next; each alike. */
function withOneEdit(word: string, random: Random): string {
  const place = random.integer(word.length)
  const letter = LETTERS[random.integer(LETTERS.length)]!
  const [before, own, after] = [word.slice(0, place), word[place]!, word.slice(place + 1)]
  const edits = [before + after, before + letter + own + after, before + letter + after]
  const next = after[0] ?? ''
  const edited = [...edits, before + next + own + after.slice(1)][random.integer(4)]!
  // Some edits change nothing, such as two equal letters exchanged.
  return edited === word ? before + after : edited
}
