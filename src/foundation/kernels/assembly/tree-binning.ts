// From values to bins of one byte. The bounds of a feature are 256 doubles, ascending, filled up with infinity: a
// value belongs to the first bin whose bound it does not exceed. Four searches run side by side.

/** values: f64, `stride` apart; bins: u8, count. NaN goes to `missingBin`. Returns 1 when a value is infinite. */
export function binValues(values: usize, stride: i32, count: i32, bounds: usize, missingBin: i32, bins: usize): i32 {
  let infinite = 0
  const step = (<usize>stride) << 3
  const whole = count & ~3
  for (let i = 0; i < whole; i += 4) {
    const at = values + <usize>i * step
    const a = load<f64>(at)
    const b = load<f64>(at + step)
    const c = load<f64>(at + 2 * step)
    const d = load<f64>(at + 3 * step)
    infinite |= isInfinite(a) | isInfinite(b) | isInfinite(c) | isInfinite(d)
    let p = bounds
    let q = bounds
    let r = bounds
    let s = bounds
    for (let half: usize = 1024; half >= 8; half >>= 1) {
      p += half * <usize>(a > load<f64>(p + half - 8))
      q += half * <usize>(b > load<f64>(q + half - 8))
      r += half * <usize>(c > load<f64>(r + half - 8))
      s += half * <usize>(d > load<f64>(s + half - 8))
    }
    const out = bins + <usize>i
    store<u8>(out, a == a ? <i32>((p - bounds) >> 3) : missingBin, 0)
    store<u8>(out, b == b ? <i32>((q - bounds) >> 3) : missingBin, 1)
    store<u8>(out, c == c ? <i32>((r - bounds) >> 3) : missingBin, 2)
    store<u8>(out, d == d ? <i32>((s - bounds) >> 3) : missingBin, 3)
  }
  for (let i = whole; i < count; i++) {
    const value = load<f64>(values + <usize>i * step)
    infinite |= isInfinite(value)
    store<u8>(bins + <usize>i, value == value ? binOf(value, bounds) : missingBin)
  }
  return infinite
}

@inline
function isInfinite(value: f64): i32 {
  return i32(Math.abs(value) == Infinity)
}

function binOf(value: f64, bounds: usize): i32 {
  let p = bounds
  for (let half: usize = 1024; half >= 8; half >>= 1) p += half * <usize>(value > load<f64>(p + half - 8))
  return <i32>((p - bounds) >> 3)
}

/** One column of bins into its place in rows of `width` bytes. */
export function placeColumn(bins: usize, count: i32, rows: usize, width: i32): void {
  let out = rows
  for (let i: usize = 0; i < <usize>count; i++) {
    store<u8>(out, load<u8>(bins + i))
    out += <usize>width
  }
}

const DIGITS: i32 = 2048

/**
 * Sorts f64 values ascending, in place, by their bits, eleven at a time from the lowest; digits that are the same
 * everywhere are passed over. No NaN. Scratch: as many values and 2,048 counts.
 */
export function sortValues(values: usize, count: i32, scratch: usize): void {
  const bytes = (<usize>count) << 3
  const counts = scratch + bytes
  for (let at = values; at < values + bytes; at += 8) store<u64>(at, ordered(load<u64>(at)))
  let from = values
  let to = scratch
  for (let shift: u64 = 0; shift < 64; shift += 11) {
    if (!placeByDigit(from, to, bytes, shift, counts)) continue
    const held = from
    from = to
    to = held
  }
  for (let at: usize = 0; at < bytes; at += 8) store<u64>(values + at, restored(load<u64>(from + at)))
}

/** Whole numbers in the order of the doubles they stand for. */
function ordered(bits: u64): u64 {
  return bits ^ (<u64>((<i64>bits) >> 63) | 0x8000000000000000)
}

function restored(bits: u64): u64 {
  return bits >> 63 ? bits ^ 0x8000000000000000 : ~bits
}

function placeByDigit(from: usize, to: usize, bytes: usize, shift: u64, counts: usize): bool {
  memory.fill(counts, 0, <usize>(DIGITS << 2))
  for (let at: usize = 0; at < bytes; at += 8) {
    const digit = counts + (<usize>((load<u64>(from + at) >> shift) & (DIGITS - 1)) << 2)
    store<u32>(digit, load<u32>(digit) + 8)
  }
  const first = counts + (<usize>((load<u64>(from) >> shift) & (DIGITS - 1)) << 2)
  if (<usize>load<u32>(first) == bytes) return false
  let start: u32 = 0
  for (let digit: usize = 0; digit < <usize>(DIGITS << 2); digit += 4) {
    const size = load<u32>(counts + digit)
    store<u32>(counts + digit, start)
    start += size
  }
  for (let at: usize = 0; at < bytes; at += 8) {
    const value = load<u64>(from + at)
    const digit = counts + (<usize>((value >> shift) & (DIGITS - 1)) << 2)
    const place = load<u32>(digit)
    store<u64>(to + <usize>place, value)
    store<u32>(digit, place + 8)
  }
  return true
}

/**
 * The different ones among sorted values and how often each occurs; neighbouring doubles count as one, the larger.
 * Between negative and positive values stands a zero. values: f64, count; distinct: f64 and counts: i32, one more.
 * Returns how many there are.
 */
export function distinctValues(values: usize, count: i32, distinct: usize, counts: usize): i32 {
  let last: isize = -1
  let before: f64 = 0
  for (let i = 0; i < count; i++) {
    const value = load<f64>(values + ((<usize>i) << 3))
    if (i == 0 || !isNeighbour(before, value)) {
      if (i > 0 && before < 0 && value > 0) {
        last++
        store<f64>(distinct + ((<usize>last) << 3), 0)
        store<i32>(counts + ((<usize>last) << 2), 0)
      }
      last++
      store<i32>(counts + ((<usize>last) << 2), 0)
    }
    const place = counts + ((<usize>last) << 2)
    store<f64>(distinct + ((<usize>last) << 3), value)
    store<i32>(place, load<i32>(place) + 1)
    before = value
  }
  return <i32>last + 1
}

/** Whether b, which is at least a, is the same double or the next. */
@inline
function isNeighbour(a: f64, b: f64): bool {
  return a == b || ordered(reinterpret<u64>(b)) - ordered(reinterpret<u64>(a)) <= 1
}
