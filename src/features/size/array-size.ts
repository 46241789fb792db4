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
  /** How long the array is at first; it doubles from there. */
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
  return { reserved: ROOMS[order](first, values) * bytesEach, saved: saved * bytesEach }
}

/** The hash table of a `PairIndex` or `KeptPairs` that holds `pairs` keys of `width` parts. */
export function pairTableSize(pairs: number, width: number, order: 'counted' | 'expected'): Size {
  const places = ROOMS[order](128, pairs * 2) * 4
  const keys = columnSize(pairs * width, 4, { first: 64, order })
  return sumOfSizes(keys, { reserved: places, saved: 0 })
}

const ROOMS = {
  counted: doubled,
  expected: doubledAbout,
  scattered: (_first: number, values: number) => values * SCATTERED_ROOM,
} as const
/** The mean over all points between two doublings. */
const SCATTERED_ROOM = 1.44
const NEAR = [0.9, 0.95, 1, 1.05, 1.11]

/** The mean of {@link doubled} over numbers near this one. */
function doubledAbout(first: number, values: number): number {
  return NEAR.reduce((sum, share) => sum + doubled(first, values * share), 0) / NEAR.length
}

/** The first of `first`, twice `first`, four times `first`, ... that is at least `values`. */
function doubled(first: number, values: number): number {
  return first * 2 ** Math.max(0, Math.ceil(Math.log2(values / first)))
}
