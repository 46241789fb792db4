import { assert } from '../../../foundation/index.ts'
import type { FieldPart } from '../text-snapshot.ts'
import { chordOf } from './earth.ts'
import type { GeoPoint } from './field-filter.ts'
import { CHORD_ERROR, GeoValues } from './geo-values.ts'
import { documentsWithin } from './matches.ts'
import { scratchNumbers } from './scratch-numbers.ts'

const ANYWHERE: GeoPoint = { latitude: 0, longitude: 0 }

/**
 * How many documents have a point within each of some distances from another, and how many have none at all.
 *
 * @param documents - ascending
 * @param rings - metres
 * @remarks O(points + documents * rings).
 */
export function countNear(
  parts: readonly FieldPart[],
  documents: Int32Array,
  from = ANYWHERE,
  rings: readonly number[] = [],
): { missing: number; counts: Uint32Array } {
  const counts = new Uint32Array(rings.length)
  let missing = 0
  for (const { first, documents: count, values } of parts) {
    const { column } = values
    assert(column instanceof GeoValues, 'a field of points')
    const own = documentsWithin(documents, first, count)
    const chords = column.nearest(own, first, from, scratchNumbers(own.length))
    missing += own.length - countUpTo(chords, Number.MAX_VALUE)
    for (const [ring, within] of rings.entries()) {
      const chord = chordOf(within)
      const [surely, possibly] = [chord - CHORD_ERROR, chord + CHORD_ERROR]
      const sure = countUpTo(chords, surely)
      counts[ring]! += sure
      if (countUpTo(chords, possibly) === sure) continue
      for (let place = 0; place < own.length; place++) {
        if (!(chords[place]! > surely && chords[place]! <= possibly)) continue
        if (column.distance(own[place]! - first, from)! <= within) counts[ring]!++
      }
    }
  }
  return { missing, counts }
}

function countUpTo(values: Float64Array, most: number): number {
  let count = 0
  for (let place = 0; place < values.length; place++) if (values[place]! <= most) count++
  return count
}
