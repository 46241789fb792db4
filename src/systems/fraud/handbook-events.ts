import { basename } from 'node:path'
import { type DelimitedMapping, type EventRecord, type RefusedInput, readDelimited } from '../../data/index.ts'
import { DAY_MS, SluiceError } from '../../foundation/index.ts'

/** The moment that the book counts its seconds from. */
const START_MS = Date.UTC(2018, 3, 1)
/** How long after a payment the book knows that it was a fraud. */
const REPORT_DELAY_MS = 7 * DAY_MS

const ROWS: DelimitedMapping = {
  delimiter: ',',
  header: true,
  type: 'payment',
  id: 'TRANSACTION_ID',
  at: { column: 'TX_TIME_SECONDS', unit: 's' },
  fields: {
    card: 'CUSTOMER_ID',
    terminal: 'TERMINAL_ID',
    amount: { column: 'TX_AMOUNT', as: 'number' },
    fraud: { column: 'TX_FRAUD', as: 'boolean' },
    scenario: { firstOf: [{ column: 'TX_FRAUD_SCENARIO', as: 'number' }] },
  },
}

/** An event of the handbook's files. */
export interface HandbookEvent {
  readonly record: EventRecord
  /**
   * Beside a payment what is true of it and stands nowhere in the events: 0 for an honest one, otherwise the scenario
   * (1 a large amount, 2 a compromised terminal, 3 a compromised card; -1 when the file does not say which). Undefined
   * beside a report.
   */
  readonly scenario: number | undefined
  /** Of the row that it was made of. */
  readonly original: string
  readonly line: number
}

/** Events in the order of time, and the rows among them that were none. */
export interface HandbookBlock {
  readonly file: string
  readonly events: HandbookEvent[]
  readonly refused: readonly RefusedInput[]
  /** Bytes of the file, as it lies on the disk, that were read up to its end. */
  readonly bytesRead: number
}

interface HandbookOptions {
  /** How long after a fraudulent payment its report comes; 7 days. */
  readonly reportDelayMs?: number
}

/**
 * The events of the Fraud Detection Handbook's files (`transactions-*.csv`, compressed or not), in the order of time
 * over all files: a `payment` with the id `p<TRANSACTION_ID>` for every row, and a `report` with the id
 * `r<TRANSACTION_ID>` seven days after every fraudulent one. A report that is due after the last payment comes last.
 * Cards and terminals are named by their numbers. At one moment payments come before reports.
 *
 * @param paths - in any order; they are read in the order of their names
 * @throws SluiceError of the row's code when a row is no transaction or goes back in time, and those of
 * `readDelimited`
 * @remarks Memory for a piece of a file and the reports that wait.
 */
export async function* readHandbookEvents(
  paths: readonly string[],
  options: HandbookOptions = {},
): AsyncGenerator<HandbookEvent, void, undefined> {
  for await (const { file, events, refused } of readHandbookBlocks(paths, options)) {
    const [fault] = refused
    if (fault) throw new SluiceError(fault.code, `${file}: ${fault.message}`)
    yield* events
  }
}

/** {@link readHandbookEvents} piece by piece, with the rows that are no transactions beside the events. */
export async function* readHandbookBlocks(
  paths: readonly string[],
  { reportDelayMs = REPORT_DELAY_MS }: HandbookOptions = {},
): AsyncGenerator<HandbookBlock, void, undefined> {
  const reports = new DueReports(reportDelayMs)
  const byName = [...paths].sort((a, b) => compareText(basename(a), basename(b)) || compareText(a, b))
  let newest = Number.NEGATIVE_INFINITY
  let bytesRead = 0
  for (const file of byName) {
    for await (const block of readDelimited(file, ROWS)) {
      const events: HandbookEvent[] = []
      const refused: RefusedInput[] = [...block.refused]
      for (const { record, original, line } of block.records) {
        const row = readRow(record as Row, original, line, newest)
        if ('code' in row) {
          refused.push(row)
          continue
        }
        newest = row.record.at
        reports.popBefore(newest, events)
        events.push(row)
        if (row.scenario !== 0) reports.push(row)
      }
      bytesRead = block.bytesRead
      yield { file, events, refused, bytesRead }
    }
  }
  const events: HandbookEvent[] = []
  reports.popBefore(Number.POSITIVE_INFINITY, events)
  yield { file: byName.at(-1) ?? '', events, refused: [], bytesRead }
}

/** Reports on their way; all take the same time, so that they come out in the order in which they went in. */
class DueReports {
  readonly #delayMs: number
  #waiting: HandbookEvent[] = []
  #next = 0

  constructor(delayMs: number) {
    this.#delayMs = delayMs
  }

  push({ record, original, line }: HandbookEvent): void {
    const { id, at, card, terminal } = record
    const about = { payment: id, card, terminal, fraud: true }
    const report = { id: `r${id.slice(1)}`, type: 'report', at: at + this.#delayMs, ...about }
    this.#waiting.push({ record: report, scenario: undefined, original, line })
  }

  /** Takes out those that are due before a moment. */
  popBefore(at: number, into: HandbookEvent[]): void {
    for (; this.#next < this.#waiting.length; this.#next++) {
      const report = this.#waiting[this.#next]!
      if (report.record.at >= at) break
      into.push(report)
    }
    if (this.#next < 1024) return
    this.#waiting = this.#waiting.slice(this.#next)
    this.#next = 0
  }
}

interface Row extends EventRecord {
  readonly fraud?: unknown
  readonly scenario?: unknown
}

function readRow(row: Row, original: string, line: number, newest: number): HandbookEvent | RefusedInput {
  const { id, at: sinceStart, card, terminal, amount, fraud, scenario = -1 } = row
  const fault = (expected: string, got: unknown): RefusedInput => {
    const message = `line ${line}: expected ${expected}, got ${String(got)}; correct the row`
    return { code: 'MALFORMED_ROW', message, original, line }
  }
  if (!Number.isFinite(sinceStart)) return fault('TX_TIME_SECONDS as a number of seconds', sinceStart)
  if (typeof fraud !== 'boolean') return fault('TX_FRAUD as 0 or 1', fraud)
  const at = START_MS + sinceStart
  if (at < newest) return fault('rows in the order of time', `${(newest - at) / 1000} s before the row before`)
  const record = { id: `p${id}`, type: 'payment', at, card, terminal, amount }
  return { record, scenario: fraud ? Number(scenario) || -1 : 0, original, line }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
