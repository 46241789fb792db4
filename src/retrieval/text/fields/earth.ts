import type { GeoPoint } from './field-filter.ts'

/** Mean radius in metres (IUGG). */
const RADIUS = 6_371_008.8
const RADIANS = Math.PI / 180

/**
 * Metres between two points along the surface of a sphere.
 *
 * @see Sinnott 1984, Sky and Telescope 68(2): the haversine, which is exact for points that lie close together.
 */
export function distanceOf(one: GeoPoint, other: GeoPoint): number {
  const across = Math.sin(((other.latitude - one.latitude) * RADIANS) / 2)
  const along = Math.sin(((other.longitude - one.longitude) * RADIANS) / 2)
  const scale = Math.cos(one.latitude * RADIANS) * Math.cos(other.latitude * RADIANS)
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(across * across + scale * along * along)))
}

/** The point on a sphere of radius 1: x, y and z. */
export function unitVector({ latitude, longitude }: GeoPoint): readonly [number, number, number] {
  const radius = Math.cos(latitude * RADIANS)
  return [radius * Math.cos(longitude * RADIANS), radius * Math.sin(longitude * RADIANS), Math.sin(latitude * RADIANS)]
}

/** How far apart in space two points of a sphere of radius 1 are whose distance along the earth is so many metres. */
export function chordOf(metres: number): number {
  return 2 * Math.sin(Math.min(metres / (2 * RADIUS), Math.PI / 2))
}
