// Histograms of packed gradients (tree-gradients.ts): 256 sums of 64 bits a feature. The bins of a block of features
// stand row by row, `width` bytes each, a multiple of 4. The rows of a leaf lie scattered: 64 of them are copied side by
// side before they are added, so that the adding never waits for memory.

const ROWS: i32 = 64

/** Scratch for {@link addLeafHistogram}. */
export function histogramScratchBytes(width: i32): usize {
  return <usize>(ROWS * width + 64 + ROWS * 8)
}

/** Adds `count` rows from row `first` on. bins, packed: of row 0; histogram: i64, width x 256. */
export function addRowHistogram(
  bins: usize,
  width: i32,
  first: i32,
  count: i32,
  packed: usize,
  histogram: usize,
): void {
  for (let i = 0; i < count; i += ROWS) {
    const row = <usize>(first + i)
    addBlock(bins + row * <usize>width, width, min(ROWS, count - i), packed + (row << 3), histogram)
  }
}

/** Adds the given rows. rows: u32, count. */
export function addLeafHistogram(
  bins: usize,
  width: i32,
  rows: usize,
  count: i32,
  packed: usize,
  histogram: usize,
  scratch: usize,
): void {
  const side = scratch + <usize>(ROWS * width + 64)
  for (let i = 0; i < count; i += ROWS) {
    const size = min(ROWS, count - i)
    copyRows(bins, width, rows + ((<usize>i) << 2), size, packed, scratch, side)
    addBlock(scratch, width, size, side, histogram)
  }
}

function copyRows(bins: usize, width: i32, rows: usize, count: i32, packed: usize, out: usize, side: usize): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2))
    let from = bins + row * <usize>width
    store<i64>(side + ((<usize>i) << 3), load<i64>(packed + (row << 3)))
    let left = width
    while (left >= 16) {
      v128.store(out, v128.load(from))
      from += 16
      out += 16
      left -= 16
    }
    if (left & 8) {
      store<u64>(out, load<u64>(from))
      from += 8
      out += 8
    }
    if (left & 4) {
      store<u32>(out, load<u32>(from))
      out += 4
    }
  }
}

/** Eight features at a time: their 16 KiB of sums stay close. */
function addBlock(bins: usize, width: i32, count: i32, packed: usize, histogram: usize): void {
  let feature = 0
  for (; feature + 8 <= width; feature += 8) {
    addEight(bins + <usize>feature, <usize>width, count, packed, histogram + ((<usize>feature) << 11))
  }
  if (feature < width) {
    addFour(bins + <usize>feature, <usize>width, count, packed, histogram + ((<usize>feature) << 11))
  }
}

function addEight(bins: usize, width: usize, count: i32, packed: usize, histogram: usize): void {
  const end = packed + ((<usize>count) << 3)
  while (packed < end) {
    const value = load<i64>(packed)
    let sum = histogram + ((<usize>load<u8>(bins, 0)) << 3)
    store<i64>(sum, load<i64>(sum, 0) + value, 0)
    sum = histogram + ((<usize>load<u8>(bins, 1)) << 3)
    store<i64>(sum, load<i64>(sum, 2048) + value, 2048)
    sum = histogram + ((<usize>load<u8>(bins, 2)) << 3)
    store<i64>(sum, load<i64>(sum, 4096) + value, 4096)
    sum = histogram + ((<usize>load<u8>(bins, 3)) << 3)
    store<i64>(sum, load<i64>(sum, 6144) + value, 6144)
    sum = histogram + ((<usize>load<u8>(bins, 4)) << 3)
    store<i64>(sum, load<i64>(sum, 8192) + value, 8192)
    sum = histogram + ((<usize>load<u8>(bins, 5)) << 3)
    store<i64>(sum, load<i64>(sum, 10240) + value, 10240)
    sum = histogram + ((<usize>load<u8>(bins, 6)) << 3)
    store<i64>(sum, load<i64>(sum, 12288) + value, 12288)
    sum = histogram + ((<usize>load<u8>(bins, 7)) << 3)
    store<i64>(sum, load<i64>(sum, 14336) + value, 14336)
    bins += width
    packed += 8
  }
}

function addFour(bins: usize, width: usize, count: i32, packed: usize, histogram: usize): void {
  const end = packed + ((<usize>count) << 3)
  while (packed < end) {
    const value = load<i64>(packed)
    let sum = histogram + ((<usize>load<u8>(bins, 0)) << 3)
    store<i64>(sum, load<i64>(sum, 0) + value, 0)
    sum = histogram + ((<usize>load<u8>(bins, 1)) << 3)
    store<i64>(sum, load<i64>(sum, 2048) + value, 2048)
    sum = histogram + ((<usize>load<u8>(bins, 2)) << 3)
    store<i64>(sum, load<i64>(sum, 4096) + value, 4096)
    sum = histogram + ((<usize>load<u8>(bins, 3)) << 3)
    store<i64>(sum, load<i64>(sum, 6144) + value, 6144)
    bins += width
    packed += 8
  }
}

/** target += source; `count` integers of 64 bits, even. */
export function addIntegers(target: usize, source: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 3; i += 16) {
    v128.store(target + i, i64x2.add(v128.load(target + i), v128.load(source + i)))
  }
}

/** target -= source; `count` integers of 64 bits, even. */
export function subtractIntegers(target: usize, source: usize, count: i32): void {
  for (let i: usize = 0; i < (<usize>count) << 3; i += 16) {
    v128.store(target + i, i64x2.sub(v128.load(target + i), v128.load(source + i)))
  }
}
