// Numbers as people read them.

const AGES = /** @type {const} */ ([
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
])

/**
 * `1 item`, `2 items`.
 *
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/**
 * How long ago something was, `3 days old`.
 *
 * @param {number} thenMs
 * @param {number} nowMs
 */
export function age(thenMs, nowMs) {
  const passed = nowMs - thenMs
  if (passed < 0) return 'not out yet'
  for (const [unit, length] of AGES) {
    if (passed >= length) return `${plural(Math.floor(passed / length), unit)} old`
  }
  return 'just out'
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3_600).toFixed(1)} h`
}

/** @param {number} milliseconds */
export function milliseconds(milliseconds) {
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`
}

/**
 * A probability as a percentage.
 *
 * @param {number} share - in [0, 1]
 */
export function percent(share) {
  const value = share * 100
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} %`
}

/**
 * With its sign always and a true minus, `+0.42`.
 *
 * @param {number} value
 */
export function signed(value) {
  const rounded = value.toFixed(3)
  return Number(rounded) < 0 ? rounded.replace('-', '\u2212') : `+${rounded.replace('-', '')}`
}

/**
 * A feature's value.
 *
 * @param {number | null | undefined} value
 */
export function plainNumber(value) {
  if (value === null || value === undefined) return 'not known'
  if (Number.isInteger(value)) return value.toLocaleString('en')
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2)
}

/**
 * `videoWatchRate` and `watches.5m` as words.
 *
 * @param {string} name
 */
export function spacedName(name) {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[._]/g, ' ')
    .toLowerCase()
}
