import type { Combined } from './field-filter.ts'

// A mask has a byte for each document: 1 where it is in, 0 where not.

/** Keeps what is in both. */
export function intersect(mask: Uint8Array, other: Uint8Array): void {
  const [words, others] = [wordsOf(mask), wordsOf(other)]
  const count = Math.min(words.length, others.length)
  for (let word = 0; word < count; word++) words[word]! &= others[word]!
  for (let document = 4 * count; document < mask.length; document++) mask[document]! &= other[document]!
}

/** Adds what is in the other. */
export function unite(mask: Uint8Array, other: Uint8Array): void {
  const [words, others] = [wordsOf(mask), wordsOf(other)]
  const count = Math.min(words.length, others.length)
  for (let word = 0; word < count; word++) words[word]! |= others[word]!
  for (let document = 4 * count; document < mask.length; document++) mask[document]! |= other[document]!
}

export function opposite(mask: Uint8Array): Uint8Array {
  const other = mask.slice()
  const words = wordsOf(other)
  for (let word = 0; word < words.length; word++) words[word]! ^= 0x01010101
  for (let document = 4 * words.length; document < other.length; document++) other[document]! ^= 1
  return other
}

/** How many documents are in. */
export function countOf(mask: Uint8Array): number {
  const words = wordsOf(mask)
  let count = 0
  for (let word = 0; word < words.length; word++) count += Math.imul(words[word]!, 0x01010101) >>> 24
  for (let document = 4 * words.length; document < mask.length; document++) count += mask[document]!
  return count
}

/** Four documents at a time from the first on; none where the mask does not begin at a word. */
function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset & ~3, byteOffset % 4 === 0 ? byteLength >>> 2 : 0)
}

/** The mask of filters that are put together: all of none lets every document pass, any of none lets none. */
export function combinedMask<Filter>(
  combined: Combined<Filter>,
  size: number,
  maskOf: (filter: Filter) => Uint8Array,
): Uint8Array {
  if ('not' in combined) return opposite(maskOf(combined.not))
  const isAll = 'all' in combined
  const mask = new Uint8Array(size).fill(isAll ? 1 : 0)
  for (const filter of isAll ? combined.all : combined.any) (isAll ? intersect : unite)(mask, maskOf(filter))
  return mask
}
