import { SluiceError } from '../../../foundation/index.ts'

/** A part of the calendar, in UTC; weeks begin on Monday. */
export type CalendarStep = 'day' | 'week' | 'month' | 'year'

const MOST_BINS = 1000
const DAY = 86_400_000

/**
 * The ends of bins that hold every value: bin `i` goes from `edges[i]` to below `edges[i + 1]`.
 *
 * @throws SluiceError `LIMIT_EXCEEDED` when they would be more than a thousand
 */
export function binEdges(what: string, step: number | CalendarStep, least: number, greatest: number): number[] {
  const edgeAt = typeof step === 'number' ? stepEdges(step, least) : calendarEdges(step, least)
  const edges = [edgeAt(0)]
  while (edges.at(-1)! <= greatest) {
    if (edges.length > MOST_BINS) {
      throw new SluiceError(
        'LIMIT_EXCEEDED',
        `${what}: expected at most ${MOST_BINS} bins, got more from ${least} to ${greatest} by ${step}; take larger steps`,
      )
    }
    edges.push(edgeAt(edges.length))
  }
  return edges
}

/** Bins side by side, as many as there are edges but one. */
export class Bins {
  /** How many they are. */
  readonly count: number
  readonly #edges: Float64Array
  /** Bins by unit, on average. */
  readonly #scale: number

  /** @param edges - two at least, ascending */
  constructor(edges: readonly number[]) {
    this.count = edges.length - 1
    this.#edges = Float64Array.from(edges)
    this.#scale = this.count / (edges[this.count]! - edges[0]!)
  }

  /** The bin of a value that lies in one. O(1), since bins are of about one width. */
  of(value: number): number {
    const edges = this.#edges
    const last = this.count - 1
    let bin = Math.min(last, Math.max(0, Math.floor((value - edges[0]!) * this.#scale)))
    while (bin > 0 && value < edges[bin]!) bin--
    while (bin < last && value >= edges[bin + 1]!) bin++
    return bin
  }

  /**
   * Counts the values of some documents; NaN has no bin.
   *
   * @param offset - the number of the document that has the first of the values
   * @param counts - shape (bins,), to which is added
   */
  add(values: Float64Array, documents: Int32Array, offset: number, counts: Uint32Array): void {
    const edges = this.#edges
    const scale = this.#scale
    const least = edges[0]!
    const last = this.count - 1
    for (let place = 0; place < documents.length; place++) {
      const value = values[documents[place]! - offset]!
      if (Number.isNaN(value)) continue
      let bin = ((value - least) * scale) | 0
      if (bin > last) bin = last
      while (bin > 0 && value < edges[bin]!) bin--
      while (bin < last && value >= edges[bin + 1]!) bin++
      counts[bin]!++
    }
  }
}

function stepEdges(step: number, least: number): (place: number) => number {
  let first = Math.floor(least / step)
  if (least < first * step) first--
  if (least >= (first + 1) * step) first++
  return (place) => (first + place) * step
}

function calendarEdges(step: CalendarStep, least: number): (place: number) => number {
  const date = new Date(least)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  if (step === 'year') return (place) => utc(year + place, 0)
  if (step === 'month') return (place) => utc(year, month + place)
  // The first of January 1970 was a Thursday.
  const days = Math.floor(least / DAY)
  const [first, length] = step === 'day' ? [days, 1] : [Math.floor((days + 3) / 7) * 7 - 3, 7]
  return (place) => (first + place * length) * DAY
}

/** Unlike `Date.UTC`, of years below 100 too. */
function utc(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1)
}
