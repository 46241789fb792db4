/** The first three UTF-16 units as one number below 2^48: where that of one text is below another's, so is the text. */
export function leadingKey(text: string): number {
  const unit = (at: number): number => (at < text.length ? text.charCodeAt(at) : 0)
  return (unit(0) * 65_536 + unit(1)) * 65_536 + unit(2)
}

/**
 * The places of different texts in ascending order.
 *
 * @remarks O(n log n) comparisons, nearly all of them of numbers.
 */
export function ascendingPlaces(texts: readonly string[]): Uint32Array {
  const keys = Float64Array.from(texts, leadingKey)
  const places = Uint32Array.from(keys.keys())
  return places.sort((a, b) => keys[a]! - keys[b]! || (texts[a]! < texts[b]! ? -1 : 1))
}
