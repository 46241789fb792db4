import type { Combined } from './field-filter.ts'

// A mask has a byte for each document: 1 where it is in, 0 where not.

/** Keeps what is in both. */
export function intersect(mask: Uint8Array, other: Uint8Array): void {
  for (let document = 0; document < mask.length; document++) mask[document]! &= other[document]!
}

/** Adds what is in the other. */
export function unite(mask: Uint8Array, other: Uint8Array): void {
  for (let document = 0; document < mask.length; document++) mask[document]! |= other[document]!
}

export function opposite(mask: Uint8Array): Uint8Array {
  const other = new Uint8Array(mask.length)
  for (let document = 0; document < mask.length; document++) other[document] = mask[document]! ^ 1
  return other
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
