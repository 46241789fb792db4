// Which way rows go. A node decides by a table of 256 bytes: 1 sends the bin left, 0 right.

/**
 * Writes the rows that go left to `left` and the others to `right`, both in order; returns how many go left.
 * bins: u8, the node's feature, by row; rows: u32, count; left, right: u32, count each.
 */
export function partitionRows(bins: usize, table: usize, rows: usize, count: i32, left: usize, right: usize): i32 {
  let l = left
  let r = right
  const end = rows + ((<usize>count) << 2)
  for (let at = rows; at < end; at += 4) {
    const row = load<u32>(at)
    const goesLeft = <usize>load<u8>(table + <usize>load<u8>(bins + <usize>row))
    store<u32>(l, row)
    store<u32>(r, row)
    l += goesLeft << 2
    r += (1 - goesLeft) << 2
  }
  return <i32>((l - left) >> 2)
}

/** scores: f64; adds the value to the scores of the given rows. */
export function addToRows(scores: usize, rows: usize, count: i32, value: f64): void {
  const end = rows + ((<usize>count) << 2)
  for (let at = rows; at < end; at += 4) {
    const score = scores + ((<usize>load<u32>(at)) << 3)
    store<f64>(score, load<f64>(score) + value)
  }
}

/** rows: u32; first, first + 1, ... */
export function fillRows(rows: usize, first: i32, count: i32): void {
  for (let i = 0; i < count; i++) store<u32>(rows + ((<usize>i) << 2), first + i)
}

/**
 * Adds the value of the leaf that each given row falls into to its score. columns: u8, feature by feature,
 * `rowCount` apart; nodes: i32, (feature, left, right) each, children as in a tree; tables: 256 bytes a node.
 */
export function addTreeToRows(
  columns: usize,
  rowCount: i32,
  nodes: usize,
  tables: usize,
  leafValues: usize,
  rows: usize,
  count: i32,
  scores: usize,
): void {
  for (let i = 0; i < count; i++) {
    const row = <usize>load<u32>(rows + ((<usize>i) << 2))
    let node = 0
    while (node >= 0) {
      const at = nodes + <usize>node * 12
      const bin = <usize>load<u8>(columns + <usize>load<i32>(at) * <usize>rowCount + row)
      const goesLeft = <usize>load<u8>(tables + ((<usize>node) << 8) + bin)
      node = load<i32>(at - (goesLeft << 2), 8)
    }
    const score = scores + (row << 3)
    store<f64>(score, load<f64>(score) + load<f64>(leafValues + ((<usize>~node) << 3)))
  }
}

/**
 * Draws rows from `first` on: those drawn go to `inside`, the others to `outside`, both in order; returns how many are
 * drawn. Whether a row is hangs on the key and the row alone: its hash (the finaliser of MurmurHash3) is below the
 * threshold.
 */
export function drawRows(first: i32, count: i32, key: u32, threshold: f64, inside: usize, outside: usize): i32 {
  let drawn = inside
  let others = outside
  for (let row: u32 = first; row < <u32>(first + count); row++) {
    let hash = (row ^ key) * 0x85ebca6b
    hash = (hash ^ (hash >> 16)) * 0x85ebca6b
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35
    const isDrawn = <usize>(<f64>(hash ^ (hash >> 16)) < threshold)
    store<u32>(drawn, row)
    store<u32>(others, row)
    drawn += isDrawn << 2
    others += (1 - isDrawn) << 2
  }
  return <i32>((drawn - inside) >> 2)
}
