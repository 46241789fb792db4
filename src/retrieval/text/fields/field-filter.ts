import { SluiceError } from '../../../foundation/index.ts'

/** A place on earth in degrees: latitude from -90 to 90, longitude from -180 to 180. */
export interface GeoPoint {
  readonly latitude: number
  readonly longitude: number
}

/** Numbers, or moments in milliseconds since 1970 or as ISO text; `min` and `max` are included, the others not. */
export interface Bounds {
  readonly min?: number | string
  readonly max?: number | string
  readonly above?: number | string
  readonly below?: number | string
}

/** At most `within` metres from a point, along the surface of a sphere. */
export interface NearPoint {
  readonly near: GeoPoint
  readonly within: number
}

/** Degrees, ends included; where `west` is larger than `east` it goes over the date line. */
export interface GeoBox {
  readonly box: { readonly south: number; readonly west: number; readonly north: number; readonly east: number }
}

/** What a field is tested for: one of some values, bounds, near a point or in a box. One value that passes is enough. */
export type ValueTest = string | number | boolean | readonly (string | number | boolean)[] | Bounds | NearPoint | GeoBox

/** What a document must have in a field. What is not there passes no test, and every `not`. */
export type FieldFilter =
  | ValueTest
  /** Whether there is any value. */
  | { readonly exists: boolean }
  | { readonly not: FieldFilter }
  | { readonly all: readonly FieldFilter[] }
  | { readonly any: readonly FieldFilter[] }

/** Filters on several fields; those of a record must all hold. */
export type DocumentFilter =
  | { readonly filters: Readonly<Record<string, FieldFilter>> }
  | { readonly not: DocumentFilter }
  | { readonly all: readonly DocumentFilter[] }
  | { readonly any: readonly DocumentFilter[] }

/** Of `all`, `any` and `not` in each other. */
const DEEPEST = 16
/** Tests in one filter, and values that one test may list. */
export const MOST_TESTS = 256
export const MOST_VALUES = 65_536

/** How filters of one sort are put together from others. */
export type Combined<Filter> =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly not: Filter }

/**
 * Whether a filter is put together from others, as far as its keys say.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when it has other keys beside, or no list where one belongs
 */
export function isCombined<Filter>(what: string, filter: unknown): filter is Combined<Filter> {
  if (!isRecord(filter)) return false
  const [key, ...more] = Object.keys(filter)
  if (key !== 'all' && key !== 'any' && key !== 'not') return false
  if (more.length > 0) throw invalid(what, `${key} alone`, `${key} and ${more.join(', ')}`)
  if (key !== 'not' && !Array.isArray(filter[key])) throw invalid(what, `a list under ${key}`, typeof filter[key])
  return true
}

/** Counts the tests of one request, so that the work of it has an end. */
export class FilterBudget {
  #left = MOST_TESTS

  /** @throws SluiceError `LIMIT_EXCEEDED` when filters lie too deep in each other or are too many */
  spend(what: string, depth: number): void {
    this.#left--
    if (depth <= DEEPEST && this.#left >= 0) return
    throw new SluiceError(
      'LIMIT_EXCEEDED',
      `${what}: expected at most ${MOST_TESTS} tests, at most ${DEEPEST} deep, got more; ask for less`,
    )
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The point as it was given.
 *
 * @throws SluiceError `WRONG_TYPE` when it is none, `OUT_OF_RANGE` when it is not on earth
 */
export function requirePoint(what: string, value: unknown): GeoPoint {
  if (!isRecord(value) || typeof value.latitude !== 'number' || typeof value.longitude !== 'number') {
    throw new SluiceError('WRONG_TYPE', `${what}: expected { latitude, longitude } in degrees, got ${shown(value)}`)
  }
  const { latitude, longitude } = value
  requireDegrees(`${what}, latitude`, latitude, 90)
  requireDegrees(`${what}, longitude`, longitude, 180)
  return { latitude, longitude }
}

/** @throws SluiceError `OUT_OF_RANGE` at what is no distance */
export function requireMetres(what: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new SluiceError('OUT_OF_RANGE', `${what}, within: expected metres, got ${shown(value)}`)
}

/** @throws SluiceError `OUT_OF_RANGE` beyond the limit on either side, or at what is no number */
export function requireDegrees(what: string, value: unknown, limit: number): number {
  if (typeof value === 'number' && value >= -limit && value <= limit) return value
  throw new SluiceError('OUT_OF_RANGE', `${what}: expected degrees from -${limit} to ${limit}, got ${shown(value)}`)
}

export function invalid(what: string, expected: string, got: string): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `${what}: expected ${expected}, got ${got}`)
}

export function wrongType(field: string, expected: string, got: unknown): SluiceError {
  return new SluiceError('WRONG_TYPE', `field ${field}: expected ${expected}, got ${shown(got)}`)
}

/** A value as it may stand in a message. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? typeof value).slice(0, 100)
}
