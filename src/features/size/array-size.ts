import { grownLength } from '../growable.ts'

/** What arrays take, in bytes. */
export interface Size {
  /** With the room to grow that arrays have: what `FeatureState.bytes()` counts, and what the machine gives them. */
  readonly reserved: number
  /** In a snapshot, which has no room to grow. */
  readonly saved: number
}

export const NOTHING: Size = { reserved: 0, saved: 0 }

export function sumOfSizes(...sizes: readonly Size[]): Size {
  return {
    reserved: sizes.reduce((sum, { reserved }) => sum + reserved, 0),
    saved: sizes.reduce((sum, { saved }) => sum + saved, 0),
  }
}

interface ColumnOptions {
  /** How long the array is at first; it grows from there. */
  readonly first?: number
  /**
   * How the values come: `counted`, one after the other and as many as is said; `expected`, so many by expectation, so
   * that whether the array doubles once more is a matter of chance; `scattered`, in any order of their places, which
   * makes the array as long as the farthest and twice as long when a farther one comes.
   */
  readonly order?: 'counted' | 'expected' | 'scattered'
  /** Values in a snapshot, when they are not those in memory. */
  readonly saved?: number
}

/** An array that doubles when it is full. */
export function columnSize(values: number, bytesEach: number, options: ColumnOptions = {}): Size {
  const { first = 16, saved = values, order = 'counted' } = options
  if (values <= 0) return { ...NOTHING, reserved: 'first' in options ? first * bytesEach : 0 }
  return { reserved: ROOMS[order](first, values, grownLength) * bytesEach, saved: saved * bytesEach }
}

/** The hash table of a `PairIndex` or `KeptPairs` that holds `pairs` keys of `width` parts. */
export function pairTableSize(pairs: number, width: number, order: 'counted' | 'expected'): Size {
  const places = ROOMS[order](128, pairs * 2, (length) => 2 * length) * 4
  const keys = columnSize(pairs * width, 4, { first: 64, order })
  return sumOfSizes(keys, { reserved: places, saved: 0 })
}

/** How long an array is that has grown once more. */
type Growth = (length: number) => number

const ROOMS = { counted: grown, expected: grownAbout, scattered: scatteredRoom }
/** The mean over all points between two doublings. */
const SCATTERED_ROOM = 1.44
const NEAR = [0.9, 0.95, 1, 1.05, 1.11]

/** The mean of {@link grown} over numbers near this one. */
function grownAbout(first: number, values: number, growth: Growth): number {
  return NEAR.reduce((sum, share) => sum + grown(first, values * share, growth), 0) / NEAR.length
}

/** The length to which an array of `first` has grown that holds `values`. */
function grown(first: number, values: number, growth: Growth): number {
  let room = first
  while (room < values) room = growth(room)
  return room
}

function scatteredRoom(_first: number, values: number): number {
  return values * SCATTERED_ROOM
}
