import type { AttributeStore } from '../features/index.ts'
import { hashString } from '../foundation/index.ts'

/**
 * Describes items by unit vectors: every category is hashed, together with its attribute, to two signed places.
 *
 * @param paths - category attributes of the entity
 * @returns a function that fills the vector of an item
 * @see Weinberger et al. 2009, Feature hashing for large scale multitask learning, ICML.
 */
export function contentVectors(
  attributes: AttributeStore,
  paths: readonly string[],
): (item: number, vector: Float32Array) => void {
  const readers = paths.map((path) => ({ seed: hashString(path), categories: attributes.categoryListReader(path) }))
  return (item, vector) => {
    vector.fill(0)
    for (const { seed, categories } of readers) {
      const list = categories(item)
      for (let index = 0; index < list.length; index++)
        addHashed(vector, attributes.categories.name(list[index]!), seed)
    }
    let squares = 0
    for (let j = 0; j < vector.length; j++) squares += vector[j]! * vector[j]!
    const length = Math.sqrt(squares)
    if (length > 0) for (let j = 0; j < vector.length; j++) vector[j]! /= length
  }
}

/** Two places, never the same, so that a category cannot cancel itself and two seldom coincide in both. */
function addHashed(row: Float32Array, name: string, seed: number): void {
  const first = hashString(name, seed) >>> 0
  const second = hashString(name, seed ^ 0x5bd1e995) >>> 0
  const place = (first >>> 1) % row.length
  const step = 1 + ((second >>> 1) % (row.length - 1))
  row[place]! += signOf(first)
  row[(place + step) % row.length]! += signOf(second)
}

function signOf(hash: number): 1 | -1 {
  return (hash & 1) === 0 ? 1 : -1
}
