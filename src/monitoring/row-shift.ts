import { populationStability } from '../evaluation/index.ts'
import { HOUR_MS, SECOND_MS } from '../foundation/index.ts'
import { binOf, type RowProfile } from '../training/index.ts'

/** Rows of so many hours are compared with the profile: a whole day, whatever its rhythm. */
const HOURS = 24
const FEWEST_ROWS = 1_000
/** Rows that are looked at in a second; shares need no more. */
const MOST_A_SECOND = 50
/** Above it a distribution is another one by custom; what days differ by usually counts twice. */
const MUCH = 0.25
const USUAL = 2
/** A column that was told of is told of again when it had come back to half of its limit. */
const BACK = 0.5
const REMEMBERED_ALARMS = 50

/** How far a column lies from how it was when its version was judged. */
export interface ColumnShift {
  readonly feature: string
  /** The population stability index of the last 24 hours against the profile of the version. */
  readonly shift: number
  /** Above it there is an alarm; null where the profile spans too few days to know what days differ by. */
  readonly limit: number | null
}

/** A column that passed its limit. */
export interface ShiftAlarm extends ColumnShift {
  readonly at: number
  readonly version: string
  readonly words: string
}

/** What is known of the rows in service. */
export interface ShiftReport {
  readonly version: string
  /** Rows of the last 24 hours that were looked at. */
  readonly rows: number
  /** Nothing is told before a whole day and 1,000 rows were seen. */
  readonly isKnown: boolean
  /** The columns that shifted most against their limits, first. */
  readonly columns: readonly ColumnShift[]
  /** The last alarms, oldest first. */
  readonly alarms: readonly ShiftAlarm[]
}

interface SavedShift {
  readonly version: string
  readonly firstHour: number | null
  readonly hours: readonly (readonly [hour: number, rows: number, counts: readonly number[]])[]
  readonly told: readonly number[]
  readonly alarms: readonly ShiftAlarm[]
}

interface Hour {
  readonly hour: number
  rows: number
  readonly counts: Uint32Array
}

/**
 * Watches the rows that a version is given for a shift of what it learnt from (covariate shift), column by column: the last 24
 * hours against the profile that was made when the version was judged. A column's limit is a population stability index of
 * 0.25, or twice what the profile's own days differ by, where that is more: days and weekends differ by themselves.
 *
 * @remarks A row is O(columns), 50 of a second at most; a look at all columns is once an hour, O(columns x bins x hours).
 * Memory: 4 bytes for each bin of each column and hour, some 80 kB for 70 columns.
 */
export class RowShift {
  readonly version: string
  readonly #profile: RowProfile
  /** shape (columns + 1,): where the bins of each column begin. */
  readonly #starts: readonly number[]
  #hours: Hour[] = []
  #firstHour: number | undefined
  #second = Number.NaN
  #inSecond = 0
  /** Columns that are above their limits and were told of. */
  readonly #told = new Set<number>()
  #alarms: ShiftAlarm[] = []

  constructor(version: string, profile: RowProfile) {
    this.version = version
    this.#profile = profile
    let end = 0
    this.#starts = [0, ...profile.columns.map(({ counts }) => (end += counts.length))]
  }

  /**
   * Takes a row in the order of time.
   *
   * @param row - shape (columns,); `NaN` is not known
   * @param at - milliseconds since 1970
   * @returns the alarms of the hour that ends with it
   */
  add(row: Float64Array, at: number): readonly ShiftAlarm[] {
    const second = Math.floor(at / SECOND_MS)
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1
    this.#second = second
    if (this.#inSecond > MOST_A_SECOND) return []
    const hour = Math.floor(at / HOUR_MS)
    const newest = this.#hours.at(-1)?.hour
    const alarms = newest !== undefined && hour > newest ? this.#look(at) : []
    const counted = this.#hourOf(hour)
    if (counted === undefined) return alarms
    counted.rows++
    for (const [column, { edges }] of this.#profile.columns.entries()) {
      counted.counts[this.#starts[column]! + binOf(edges, row[column]!)]!++
    }
    return alarms
  }

  /** How far each column lies from its profile, in their order; empty before enough was seen. */
  shifts(): readonly ColumnShift[] {
    if (!this.#isKnown) return []
    const sums = new Float64Array(this.#starts.at(-1)!)
    for (const { counts } of this.#hours) for (let bin = 0; bin < sums.length; bin++) sums[bin]! += counts[bin]!
    return this.#profile.columns.map(({ name, counts, usualShift }, column) => {
      const shift = populationStability(counts, sums.subarray(this.#starts[column], this.#starts[column + 1]))
      return { feature: name, shift, limit: usualShift === null ? null : Math.max(MUCH, USUAL * usualShift) }
    })
  }

  report(most: number): ShiftReport {
    const closeness = ({ shift, limit }: ColumnShift) => shift / (limit ?? MUCH)
    const columns = this.shifts().toSorted((a, b) => closeness(b) - closeness(a))
    const { version } = this
    return {
      version,
      rows: this.#rows,
      isKnown: this.#isKnown,
      columns: columns.slice(0, most).map((each) => ({ ...each, shift: Number(each.shift.toPrecision(4)) })),
      alarms: this.#alarms,
    }
  }

  save(): SavedShift {
    return {
      version: this.version,
      firstHour: this.#firstHour ?? null,
      hours: this.#hours.map(({ hour, rows, counts }) => [hour, rows, [...counts]]),
      told: [...this.#told],
      alarms: this.#alarms,
    }
  }

  /** Goes on where one of the same version and profile was saved; of another it keeps the alarms alone. */
  load({ version, firstHour, hours, told, alarms }: SavedShift): this {
    this.#alarms = [...alarms]
    const bins = this.#starts.at(-1)!
    if (version !== this.version || hours.some(([, , counts]) => counts.length !== bins)) return this
    this.#firstHour = firstHour ?? undefined
    this.#hours = hours.map(([hour, rows, counts]) => ({ hour, rows, counts: Uint32Array.from(counts) }))
    for (const column of told) this.#told.add(column)
    return this
  }

  get #rows(): number {
    return this.#hours.reduce((sum, { rows }) => sum + rows, 0)
  }

  get #isKnown(): boolean {
    const newest = this.#hours.at(-1)?.hour ?? Number.NEGATIVE_INFINITY
    return newest - (this.#firstHour ?? newest) >= HOURS - 1 && this.#rows >= FEWEST_ROWS
  }

  /** The counts of an hour; undefined for one that is over for a day. */
  #hourOf(hour: number): Hour | undefined {
    const newest = this.#hours.at(-1)?.hour ?? Number.NEGATIVE_INFINITY
    if (hour <= newest) return this.#hours.find((each) => each.hour === hour)
    this.#firstHour ??= hour
    const made = { hour, rows: 0, counts: new Uint32Array(this.#starts.at(-1)!) }
    this.#hours = [...this.#hours.filter((each) => each.hour > hour - HOURS), made]
    return made
  }

  #look(at: number): ShiftAlarm[] {
    const alarms: ShiftAlarm[] = []
    for (const [column, { feature, shift, limit }] of this.shifts().entries()) {
      if (limit === null) continue
      if (shift < limit * BACK) this.#told.delete(column)
      if (shift <= limit || this.#told.has(column)) continue
      this.#told.add(column)
      const words = `${feature} is spread otherwise than when ${this.version} was judged: ${shift.toFixed(2)}, above ${limit.toFixed(2)}`
      alarms.push({ at, version: this.version, feature, shift: Number(shift.toPrecision(4)), limit, words })
    }
    this.#alarms = [...this.#alarms, ...alarms].slice(-REMEMBERED_ALARMS)
    return alarms
  }
}
