/**
 * The end of the tile that a moment lies in: tile k holds the moments ((k - 1) tile, k tile], half-open like windows.
 * A tile of 0 is a moment by itself.
 */
export function tileEnd(atMs: number, tileMs: number): number {
  return tileMs === 0 ? atMs : Math.ceil(atMs / tileMs) * tileMs
}

/** Where the whole tiles begin that a window reaches into which begins at a moment: never later than it. */
export function tileStart(atMs: number, tileMs: number): number {
  return tileMs === 0 ? atMs : Math.floor(atMs / tileMs) * tileMs
}
