import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { Int32Blocks } from './int32-blocks.ts'

const SMALLEST_TABLE = 4
/** What is nearer to 0 counts as 0. */
const SMALLEST_VALUE = 1e-9

/**
 * The buckets of numbers whose widths grow by a factor, so that the middle of a bucket is within a relative error of
 * everything in it. A bucket's number grows with its values: 0 holds zero, negative numbers negative values.
 *
 * @see Masson, Rim & Lee 2019, DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees.
 */
export class RelativeBuckets {
  readonly #logOfFactor: number
  readonly #logOfMiddle: number
  readonly #offset: number

  /** @param error - the relative error, above 0 and below 1 */
  constructor(error: number) {
    const factor = (1 + error) / (1 - error)
    this.#logOfFactor = Math.log(factor)
    this.#logOfMiddle = Math.log(2 / (1 + factor))
    this.#offset = 1 - Math.ceil(Math.log(SMALLEST_VALUE) / this.#logOfFactor)
  }

  /** The bucket of a finite number. */
  of(value: number): number {
    const size = Math.abs(value)
    if (size < SMALLEST_VALUE) return 0
    const bucket = Math.ceil(Math.log(size) / this.#logOfFactor) + this.#offset
    return value < 0 ? -bucket : bucket
  }

  /** The number that stands for a bucket. */
  value(bucket: number): number {
    if (bucket === 0) return 0
    const log = (Math.abs(bucket) - this.#offset) * this.#logOfFactor + this.#logOfMiddle
    // The middle of the last bucket may lie beyond the largest number.
    const size = Math.min(Math.exp(log), Number.MAX_VALUE)
    return bucket < 0 ? -size : size
  }
}

/**
 * Many quantile sketches in one arena, each a hash table of its buckets and their counts: 11 bytes a bucket on
 * average, about 115 buckets for a factor of ten in the values at an error of 1 %. Any of them are read together by
 * {@link QuantileReader}.
 */
export class QuantileSketches {
  readonly buckets: RelativeBuckets
  /** Two words an entry: the bucket and its count. */
  readonly #blocks = new Int32Blocks()
  readonly #starts: number[] = []
  /** Entries that a sketch's block has room for. */
  readonly #sizes: number[] = []
  readonly #fills: number[] = []
  readonly #closed: number[] = []

  /** @param error - the relative error, above 0 and below 1 */
  constructor(error: number) {
    this.buckets = new RelativeBuckets(error)
  }

  /** The number of a new sketch, which may be that of a closed one. */
  open(): number {
    const sketch = this.#closed.pop() ?? this.#starts.length
    this.#starts[sketch] = this.#blocks.take(SMALLEST_TABLE * 2)
    this.#sizes[sketch] = SMALLEST_TABLE
    this.#fills[sketch] = 0
    return sketch
  }

  close(sketch: number): void {
    this.#blocks.giveBack(this.#starts[sketch]!, this.#sizes[sketch]! * 2)
    this.#closed.push(sketch)
  }

  /** Adds a finite number. */
  add(sketch: number, value: number): void {
    const bucket = this.buckets.of(value)
    const place = this.#placeOf(sketch, bucket)
    const { words } = this.#blocks
    const count = words[place + 1]!
    words[place + 1] = count + 1
    if (count > 0) return
    words[place] = bucket
    const fill = this.#fills[sketch]! + 1
    this.#fills[sketch] = fill
    if (fill * 4 > this.#sizes[sketch]! * 3) this.#grow(sketch)
  }

  mergeInto(into: QuantileReader, sketch: number): void {
    const { words } = this.#blocks
    const start = this.#starts[sketch]!
    const end = start + this.#sizes[sketch]! * 2
    for (let place = start; place < end; place += 2) {
      if (words[place + 1]! > 0) into.addBucket(words[place]!, words[place + 1]!)
    }
  }

  /** Where a bucket's entry is or belongs; a count of 0 marks a free one. */
  #placeOf(sketch: number, bucket: number): number {
    const { words } = this.#blocks
    const start = this.#starts[sketch]!
    const mask = this.#sizes[sketch]! - 1
    let offset = (Math.imul(bucket, 0x9e3779b1) >>> 16) & mask
    while (words[start + offset * 2 + 1]! > 0 && words[start + offset * 2]! !== bucket) offset = (offset + 1) & mask
    return start + offset * 2
  }

  #grow(sketch: number): void {
    const start = this.#starts[sketch]!
    const size = this.#sizes[sketch]!
    this.#starts[sketch] = this.#blocks.take(size * 4)
    this.#sizes[sketch] = size * 2
    const { words } = this.#blocks
    for (let from = start; from < start + size * 2; from += 2) {
      if (words[from + 1]! === 0) continue
      const place = this.#placeOf(sketch, words[from]!)
      words[place] = words[from]!
      words[place + 1] = words[from + 1]!
    }
    this.#blocks.giveBack(start, size * 2)
  }

  bytes(): number {
    return this.#blocks.bytes.byteLength + this.#starts.length * 24
  }

  /** Writes the sketches of the list; {@link load} numbers them from 0 in its order. */
  save(writer: ByteWriter, sketches: readonly number[]): void {
    writer.int32s(Int32Array.from(sketches, (sketch) => this.#sizes[sketch]!))
    writer.int32s(Int32Array.from(sketches, (sketch) => this.#fills[sketch]!))
    const words = new Int32Array(sketches.reduce((sum, sketch) => sum + this.#sizes[sketch]! * 2, 0))
    let next = 0
    for (const sketch of sketches) {
      const start = this.#starts[sketch]!
      words.set(this.#blocks.words.subarray(start, start + this.#sizes[sketch]! * 2), next)
      next += this.#sizes[sketch]! * 2
    }
    writer.int32s(words)
  }

  /** Fills a fresh arena. */
  load(reader: ByteReader): void {
    const sizes = reader.int32s()
    const fills = reader.int32s()
    const words = reader.int32s()
    let next = 0
    for (let sketch = 0; sketch < sizes.length; sketch++) {
      const length = sizes[sketch]! * 2
      const start = this.#blocks.take(length)
      this.#starts[sketch] = start
      this.#sizes[sketch] = sizes[sketch]!
      this.#fills[sketch] = fills[sketch]!
      this.#blocks.words.set(words.subarray(next, next + length), start)
      next += length
    }
  }
}

/** Counts of buckets, put together from sketches and single numbers, then {@link reset} for the next. */
export class QuantileReader {
  readonly #buckets: RelativeBuckets
  /** Counts by bucket, from that of number `#base` on. */
  #counts = new Int32Array(256)
  #base = -128
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY
  #total = 0

  constructor(buckets: RelativeBuckets) {
    this.#buckets = buckets
  }

  reset(): void {
    if (this.#total > 0) this.#counts.fill(0, this.#lowest - this.#base, this.#highest - this.#base + 1)
    this.#lowest = Number.POSITIVE_INFINITY
    this.#highest = Number.NEGATIVE_INFINITY
    this.#total = 0
  }

  add(value: number): void {
    this.addBucket(this.#buckets.of(value), 1)
  }

  addBucket(bucket: number, count: number): void {
    if (bucket < this.#base || bucket >= this.#base + this.#counts.length) this.#makeRoom(bucket)
    this.#counts[bucket - this.#base]! += count
    this.#total += count
    if (bucket < this.#lowest) this.#lowest = bucket
    if (bucket > this.#highest) this.#highest = bucket
  }

  /**
   * The number of the {@link nearestRank}, within the relative error of the buckets; `NaN` when there is none.
   *
   * @param q - from 0 (the smallest) to 1 (the largest)
   */
  quantile(q: number): number {
    if (this.#total === 0) return Number.NaN
    let left = nearestRank(q, this.#total)
    let bucket = this.#lowest
    for (; bucket < this.#highest; bucket++) {
      left -= this.#counts[bucket - this.#base]!
      if (left <= 0) break
    }
    return this.#buckets.value(bucket)
  }

  #makeRoom(bucket: number): void {
    const base = Math.min(this.#base, bucket < this.#base ? bucket - this.#counts.length : bucket)
    const end = Math.max(this.#base + this.#counts.length, bucket + 1)
    const grown = new Int32Array(Math.max(end - base, this.#counts.length * 2))
    grown.set(this.#counts, this.#base - base)
    this.#counts = grown
    this.#base = base
  }
}

/** The rank, from 1 to `count`, of the quantile `q` by the nearest-rank definition: the smallest with rank / count >= q. */
export function nearestRank(q: number, count: number): number {
  // 0.7 * 10 is a little above 7 in floating point, and its rank is 7 all the same.
  return Math.min(count, Math.max(1, Math.ceil(q * count - 1e-9)))
}
