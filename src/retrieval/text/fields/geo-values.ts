import type { ByteReader, ByteWriter } from '../../../foundation/index.ts'
import { GrowingArray } from '../growing-array.ts'
import { chordOf, distanceOf, unitVector } from './earth.ts'
import {
  type GeoPoint,
  invalid,
  isRecord,
  type NearPoint,
  requireDegrees,
  requireMetres,
  requirePoint,
  shown,
  type ValueTest,
  wrongType,
} from './field-filter.ts'
import { firstFrom } from './first-from.ts'

/** Points are kept in steps of a ten millionth of a degree: at most 8 mm from where they are. */
const STEPS = 1e7
/** More than a chord, as far apart as two points are in space, can be wrong because its ends have 24 bits. */
export const CHORD_ERROR = 3e-7

/** Points on earth of documents. */
export class GeoValues {
  readonly #name: string
  /** By point: its document, ascending. */
  readonly #documents = new GrowingArray(new Uint32Array())
  readonly #latitudes = new GrowingArray(new Int32Array())
  readonly #longitudes = new GrowingArray(new Int32Array())
  /** By point: x, y and z on a sphere of radius 1, where nearness costs no sines. */
  readonly #vectors = new GrowingArray(new Float32Array())
  #size = 0

  constructor(name: string) {
    this.#name = name
  }

  get size(): number {
    return this.#size
  }

  get memoryBytes(): number {
    return 24 * this.#documents.length
  }

  /** @throws SluiceError `WRONG_TYPE` at what is no point, `OUT_OF_RANGE` at one that is not on earth */
  check(value: unknown): GeoPoint {
    return requirePoint(`field ${this.#name}`, value)
  }

  append(points: readonly GeoPoint[]): void {
    for (const { latitude, longitude } of points) {
      this.#push(this.#size, Math.round(latitude * STEPS), Math.round(longitude * STEPS))
    }
    this.#size++
  }

  appendFrom(other: GeoValues, documents: ArrayLike<number>): void {
    const owners = other.#documents.view()
    let at = firstFrom(owners, documents[0] ?? 0)
    for (let place = 0; place < documents.length; place++) {
      while (at < owners.length && owners[at]! < documents[place]!) at++
      for (; owners[at] === documents[place]; at++) {
        this.#push(this.#size, other.#latitudes.get(at), other.#longitudes.get(at))
      }
      this.#size++
    }
  }

  /** Sets to 1 what passes a test. */
  mark(passed: Uint8Array, test: ValueTest): void {
    if (isRecord(test) && 'near' in test) this.#markNear(passed, test as unknown as NearPoint)
    else if (isRecord(test) && 'box' in test) this.#markBox(passed, test.box)
    else throw wrongType(this.#name, '{ near, within } or { box }', test)
  }

  /** Sets to 1 the documents with any point. */
  markPresent(passed: Uint8Array): void {
    for (const document of this.#documents.view()) passed[document] = 1
  }

  /**
   * How far apart in space a point and the nearest of some documents are, on a sphere of radius 1 and but for
   * {@link CHORD_ERROR}: from 0 to 2, and infinity for a document without one.
   *
   * @param documents - ascending
   * @param first - the number of document 0 among them
   * @param chords - shape of `documents`: where they are written
   * @returns `chords`
   */
  nearest(documents: Int32Array, first: number, from: GeoPoint, chords: Float64Array): Float64Array {
    takeChords(chords, { documents, first }, this.#documents.view(), this.#vectors.view(), unitVector(from))
    return chords
  }

  /** Metres from a point to the nearest of a document; undefined when it has none. */
  distance(document: number, from: GeoPoint): number | undefined {
    const documents = this.#documents.view()
    let point = firstFrom(documents, document)
    let nearest = Number.POSITIVE_INFINITY
    for (; documents[point] === document; point++) nearest = Math.min(nearest, distanceOf(this.#pointAt(point), from))
    return Number.isFinite(nearest) ? nearest : undefined
  }

  save(writer: ByteWriter): void {
    writer.uint32(this.#size).uint32s(this.#documents.view())
    writer.int32s(this.#latitudes.view()).int32s(this.#longitudes.view())
  }

  load(reader: ByteReader): void {
    const [size, documents] = [reader.uint32(), reader.uint32s()]
    const [latitudes, longitudes] = [reader.int32s(), reader.int32s()]
    for (const [point, document] of documents.entries()) this.#push(document, latitudes[point]!, longitudes[point]!)
    this.#size = size
  }

  #push(document: number, latitude: number, longitude: number): void {
    this.#documents.push(document)
    this.#latitudes.push(latitude)
    this.#longitudes.push(longitude)
    for (const part of unitVector(this.#pointAt(this.#documents.length - 1))) this.#vectors.push(part)
  }

  #pointAt(point: number): GeoPoint {
    return { latitude: this.#latitudes.get(point) / STEPS, longitude: this.#longitudes.get(point) / STEPS }
  }

  #markNear(passed: Uint8Array, { near, within }: NearPoint): void {
    const from = requirePoint(`field ${this.#name}, near`, near)
    const chord = chordOf(requireMetres(`field ${this.#name}`, within))
    const limits = { surely: Math.max(0, chord - CHORD_ERROR) ** 2, possibly: (chord + CHORD_ERROR) ** 2 }
    const [documents, vectors] = [this.#documents.view(), this.#vectors.view()]
    const [x, y, z] = unitVector(from)
    let doubtful = markNear(passed, documents, vectors, [x, y, z], limits)
    for (let point = 0; doubtful > 0; point++) {
      const square = squareOf(vectors, 3 * point, x, y, z)
      if (square <= limits.surely || square > limits.possibly) continue
      if (distanceOf(this.#pointAt(point), from) <= within) passed[documents[point]!] = 1
      doubtful--
    }
  }

  #markBox(passed: Uint8Array, box: unknown): void {
    if (!isRecord(box)) throw wrongType(this.#name, 'a box: { south, west, north, east }', box)
    const edge = (name: string, limit: number): number =>
      Math.round(STEPS * requireDegrees(`field ${this.#name}, ${name}`, box[name], limit))
    const [south, north, west, east] = [edge('south', 90), edge('north', 90), edge('west', 180), edge('east', 180)]
    if (south > north) throw invalid(`field ${this.#name}`, 'a box whose south is not above its north', shown(box))
    const [latitudes, longitudes] = [this.#latitudes.view(), this.#longitudes.view()]
    markBox(passed, this.#documents.view(), latitudes, longitudes, { south, north, west, east })
  }
}

/** Squares of chords up to which a point is near for sure, and perhaps. */
interface NearLimits {
  readonly surely: number
  readonly possibly: number
}

/** Marks what is near for sure; no branch, since it would be taken at random. Returns how many points are in doubt. */
function markNear(
  passed: Uint8Array,
  documents: Uint32Array,
  vectors: Float32Array,
  [x, y, z]: readonly [number, number, number],
  { surely, possibly }: NearLimits,
): number {
  let doubtful = 0
  for (let point = 0; point < documents.length; point++) {
    const square = squareOf(vectors, 3 * point, x, y, z)
    doubtful += Number(square > surely) & Number(square <= possibly)
    passed[documents[point]!]! |= Number(square <= surely)
  }
  return doubtful
}

function takeChords(
  chords: Float64Array,
  { documents, first }: { readonly documents: Int32Array; readonly first: number },
  owners: Uint32Array,
  vectors: Float32Array,
  [x, y, z]: readonly [number, number, number],
): void {
  let point = documents.length === 0 ? 0 : firstFrom(owners, documents[0]! - first)
  for (let place = 0; place < documents.length; place++) {
    const document = documents[place]! - first
    while (point < owners.length && owners[point]! < document) point++
    let least = Number.POSITIVE_INFINITY
    for (; point < owners.length && owners[point] === document; point++) {
      least = Math.min(least, squareOf(vectors, 3 * point, x, y, z))
    }
    chords[place] = Math.sqrt(least)
  }
}

/** In steps of degrees. */
type Edges = Readonly<Record<'south' | 'north' | 'west' | 'east', number>>

function markBox(
  passed: Uint8Array,
  documents: Uint32Array,
  latitudes: Int32Array,
  longitudes: Int32Array,
  { south, north, west, east }: Edges,
): void {
  const isWrapped = Number(west > east)
  for (let point = 0; point < documents.length; point++) {
    const latitude = latitudes[point]!
    const longitude = longitudes[point]!
    const isAcross = Number(latitude >= south) & Number(latitude <= north)
    const isEast = Number(longitude >= west)
    const isWest = Number(longitude <= east)
    passed[documents[point]!]! |= isAcross & ((isEast & isWest) | (isWrapped & (isEast | isWest)))
  }
}

/** The square of how far apart in space a point and another are. */
function squareOf(vectors: Float32Array, at: number, x: number, y: number, z: number): number {
  const dx = vectors[at]! - x
  const dy = vectors[at + 1]! - y
  const dz = vectors[at + 2]! - z
  return dx * dx + dy * dy + dz * dz
}
