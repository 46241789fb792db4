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

/** The packed gradients of the given rows, one after the other, for {@link addOrderedHistogram}. */
export function gatherPacked(packed: usize, rows: usize, count: i32, out: usize): void {
  const end = rows + ((<usize>count) << 2)
  while (rows < end) {
    store<i64>(out, load<i64>(packed + ((<usize>load<u32>(rows)) << 3)))
    rows += 4
    out += 8
  }
}

/** As {@link addLeafHistogram}, for packed gradients that stand in the order of the rows. */
export function addOrderedHistogram(
  bins: usize,
  width: i32,
  rows: usize,
  count: i32,
  packed: usize,
  histogram: usize,
  scratch: usize,
): void {
  for (let i = 0; i < count; i += ROWS) {
    const size = min(ROWS, count - i)
    copyBins(bins, width, rows + ((<usize>i) << 2), size, scratch)
    addBlock(scratch, width, size, packed + ((<usize>i) << 3), histogram)
  }
}

/** `width` from 16 to 32: two vectors that overlap. */
function copyBins(bins: usize, width: i32, rows: usize, count: i32, out: usize): void {
  const size = <usize>width
  const end = rows + ((<usize>count) << 2)
  while (rows < end) {
    const from = bins + <usize>load<u32>(rows) * size
    const first = v128.load(from)
    const last = v128.load(from + size - 16)
    v128.store(out, first)
    v128.store(out + size - 16, last)
    out += size
    rows += 4
  }
}

function copyRows(bins: usize, width: i32, rows: usize, count: i32, packed: usize, out: usize, side: usize): void {
  if (width < 16 || width > 32) return copyOddRows(bins, width, rows, count, packed, out, side)
  // Two vectors that overlap: few instructions a row let more loads be under way.
  const size = <usize>width
  const end = rows + ((<usize>count) << 2)
  while (rows < end) {
    const row = <usize>load<u32>(rows)
    const from = bins + row * size
    const value = load<i64>(packed + (row << 3))
    const first = v128.load(from)
    const last = v128.load(from + size - 16)
    v128.store(out, first)
    v128.store(out + size - 16, last)
    store<i64>(side, value)
    out += size
    side += 8
    rows += 4
  }
}

function copyOddRows(bins: usize, width: i32, rows: usize, count: i32, packed: usize, out: usize, side: usize): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2))
    store<i64>(side + ((<usize>i) << 3), load<i64>(packed + (row << 3)))
    const from = bins + row * <usize>width
    for (let byte: usize = 0; byte < <usize>width; byte += 4) store<u32>(out + byte, load<u32>(from + byte))
    out += <usize>width
  }
}

/** As many features at a time as are written out below, for the offsets to be constants; 20 are 12 and 8. */
function addBlock(bins: usize, width: i32, count: i32, packed: usize, histogram: usize): void {
  const size = <usize>width
  let left = width
  while (left > 0) {
    let step = 4
    if (left >= 16 && left != 20) {
      addSixteen(bins, size, count, packed, histogram)
      step = 16
    } else if (left >= 12) {
      addTwelve(bins, size, count, packed, histogram)
      step = 12
    } else if (left >= 8) {
      addEight(bins, size, count, packed, histogram)
      step = 8
    } else addFour(bins, size, count, packed, histogram)
    bins += <usize>step
    histogram += (<usize>step) << 11
    left -= step
  }
}

function addSixteen(bins: usize, width: usize, count: i32, packed: usize, histogram: usize): void {
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
    sum = histogram + ((<usize>load<u8>(bins, 8)) << 3)
    store<i64>(sum, load<i64>(sum, 16384) + value, 16384)
    sum = histogram + ((<usize>load<u8>(bins, 9)) << 3)
    store<i64>(sum, load<i64>(sum, 18432) + value, 18432)
    sum = histogram + ((<usize>load<u8>(bins, 10)) << 3)
    store<i64>(sum, load<i64>(sum, 20480) + value, 20480)
    sum = histogram + ((<usize>load<u8>(bins, 11)) << 3)
    store<i64>(sum, load<i64>(sum, 22528) + value, 22528)
    sum = histogram + ((<usize>load<u8>(bins, 12)) << 3)
    store<i64>(sum, load<i64>(sum, 24576) + value, 24576)
    sum = histogram + ((<usize>load<u8>(bins, 13)) << 3)
    store<i64>(sum, load<i64>(sum, 26624) + value, 26624)
    sum = histogram + ((<usize>load<u8>(bins, 14)) << 3)
    store<i64>(sum, load<i64>(sum, 28672) + value, 28672)
    sum = histogram + ((<usize>load<u8>(bins, 15)) << 3)
    store<i64>(sum, load<i64>(sum, 30720) + value, 30720)
    bins += width
    packed += 8
  }
}

function addTwelve(bins: usize, width: usize, count: i32, packed: usize, histogram: usize): void {
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
    sum = histogram + ((<usize>load<u8>(bins, 8)) << 3)
    store<i64>(sum, load<i64>(sum, 16384) + value, 16384)
    sum = histogram + ((<usize>load<u8>(bins, 9)) << 3)
    store<i64>(sum, load<i64>(sum, 18432) + value, 18432)
    sum = histogram + ((<usize>load<u8>(bins, 10)) << 3)
    store<i64>(sum, load<i64>(sum, 20480) + value, 20480)
    sum = histogram + ((<usize>load<u8>(bins, 11)) << 3)
    store<i64>(sum, load<i64>(sum, 22528) + value, 22528)
    bins += width
    packed += 8
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
