import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FeatureRows, FeatureState, type Interner, RequestFrame } from '../../../features/index.ts'
import { DAY_MS, SluiceError } from '../../../foundation/index.ts'
import { fraudFeatures, fraudSchema, readHandbookEvents } from '../../../systems/index.ts'

/** The payments of one day in the order of time, each with its features as they were at its moment, itself included. */
export interface DayOfPayments {
  /** Shape (payments * columns,), row-major. */
  readonly rows: Float64Array
  /** Shape (payments,), 1 for a fraud. */
  readonly labels: Float64Array
  readonly amounts: Float64Array
  /** Shape (payments,), the number of the card, from 0. */
  readonly cards: Int32Array
}

/** The newest days of a data set; days are numbered from that of the first payment. */
export interface ReplayedPayments {
  readonly columns: readonly string[]
  /** Of the days from `firstDay` on; there are none without payments among them. */
  readonly days: readonly DayOfPayments[]
  readonly firstDay: number
  /** The moment at which day 0 begins, in milliseconds since 1970, UTC. */
  readonly startMs: number
  readonly cardCount: number
  /** In all, those of earlier days too. */
  readonly payments: number
  readonly frauds: number
}

/**
 * Replays the handbook's files of a folder through the engine's features, payments and reports in the order of time,
 * and keeps the rows of the newest days.
 *
 * @param keepDays - how many; older days are read for what they leave in the windows
 * @throws SluiceError `FILE_NOT_FOUND` without a file `transactions-*.csv` or `.csv.gz`; `NO_TRAINING_DATA` when there
 * are fewer days, or one without payments among them; and as `readHandbookEvents`
 */
export async function replayPayments(directory: string, keepDays: number): Promise<ReplayedPayments> {
  const state = new FeatureState(fraudSchema, fraudFeatures.aggregates)
  const rows = new FeatureRows(fraudFeatures, state)
  const frame = new RequestFrame(fraudSchema)
  const keys = { card: state.attributes.keys('card'), terminal: state.attributes.keys('terminal') }
  const days = new NewestDays(rows.width, keepDays)
  for await (const { record, scenario } of readHandbookEvents(await filesOf(directory))) {
    state.apply(state.offset + 1, record)
    if (scenario === undefined) continue
    frame.at = record.at
    frame.record = record
    const card = numberOf(keys.card, record.card)
    frame.bind('card', card)
    frame.bind('terminal', numberOf(keys.terminal, record.terminal))
    const row = days.nextRow(record.at)
    rows.fill(frame, ONE_CANDIDATE, row)
    days.add({ card, amount: Number(record.amount), label: scenario === 0 ? 0 : 1 })
  }
  return { columns: fraudFeatures.columnNames, ...days.end(), cardCount: keys.card.size }
}

/** A payment is scored by itself: there is no item among which to choose. */
const ONE_CANDIDATE = [-1]

function numberOf(keys: Interner, name: unknown): number {
  return keys.find(String(name))
}

async function filesOf(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    const message = `${directory}: expected a folder, got none that can be read; check --data`
    throw new SluiceError('FILE_NOT_FOUND', message, { cause })
  })
  const files = names.filter((name) => /^transactions-.*\.csv(\.gz)?$/.test(name)).map((name) => join(directory, name))
  if (files.length > 0) return files
  const message = `${directory}: expected files transactions-*.csv or transactions-*.csv.gz, got none; check --data`
  throw new SluiceError('FILE_NOT_FOUND', message)
}

interface Payment {
  readonly card: number
  readonly amount: number
  readonly label: number
}

/** Takes payments in the order of time and keeps whole days. */
class NewestDays {
  readonly #width: number
  readonly #keepDays: number
  readonly #days: DayOfPayments[] = []
  #startMs = Number.NaN
  #day = 0
  #open: Payment[] = []
  #rows: Float64Array
  #frauds = 0
  #payments = 0

  constructor(width: number, keepDays: number) {
    this.#width = width
    this.#keepDays = keepDays
    this.#rows = new Float64Array(width * 1024)
  }

  /** Where the features of the payment that is added next are to stand. */
  nextRow(at: number): Float64Array {
    if (Number.isNaN(this.#startMs)) this.#startMs = Math.floor(at / DAY_MS) * DAY_MS
    const day = Math.floor((at - this.#startMs) / DAY_MS)
    while (this.#day < day) this.#close()
    const start = this.#open.length * this.#width
    if (start === this.#rows.length) {
      const longer = new Float64Array(2 * start)
      longer.set(this.#rows)
      this.#rows = longer
    }
    return this.#rows.subarray(start, start + this.#width)
  }

  add(payment: Payment): void {
    this.#open.push(payment)
    this.#payments++
    this.#frauds += payment.label
  }

  #close(): void {
    const open = this.#open
    this.#days.push({
      rows: this.#rows.slice(0, open.length * this.#width),
      labels: Float64Array.from(open, ({ label }) => label),
      amounts: Float64Array.from(open, ({ amount }) => amount),
      cards: Int32Array.from(open, ({ card }) => card),
    })
    if (this.#days.length > this.#keepDays) this.#days.shift()
    this.#open = []
    this.#day++
  }

  end(): Omit<ReplayedPayments, 'columns' | 'cardCount'> {
    if (this.#payments > 0) this.#close()
    const days = this.#days
    const empty = days.findIndex(({ cards }) => cards.length === 0)
    const firstDay = this.#day - days.length
    if (days.length < this.#keepDays || empty >= 0) {
      const got = empty >= 0 ? `none on day ${firstDay + empty}` : `${days.length} days`
      const expected = `payments on ${this.#keepDays} days without a gap`
      throw new SluiceError('NO_TRAINING_DATA', `payments: expected ${expected}, got ${got}; give more or ask for less`)
    }
    const { startMs, payments, frauds } = { startMs: this.#startMs, payments: this.#payments, frauds: this.#frauds }
    return { days, firstDay, startMs, payments, frauds }
  }
}
