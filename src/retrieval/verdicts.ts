import { growInt32 } from '../features/index.ts'

/** Why an item may not be shown to a subject: the name of the filter, or words. */
export type Refusal = string

const UNJUDGED = 0
const ACCEPTED = 1
const REFUSED = 2

/** A verdict for every item, of one request at a time; cleared by what was written, which is little beside a catalogue. */
export class VerdictTable {
  /** Shape (at least itemCount,). */
  verdicts = new Uint8Array(0)
  #written: Int32Array = new Int32Array(1024)
  #count = 0

  /** Makes it fit for another request over so many items, and returns itself. */
  clear(itemCount: number): this {
    for (let index = 0; index < this.#count; index++) this.verdicts[this.#written[index]!] = UNJUDGED
    this.#count = 0
    if (itemCount > this.verdicts.length) this.verdicts = new Uint8Array(Math.ceil(itemCount * 1.25))
    return this
  }

  write(item: number, verdict: number): void {
    this.verdicts[item] = verdict
    this.#written = growInt32(this.#written, this.#count + 1)
    this.#written[this.#count++] = item
  }
}

/** What may be shown in one request. Every item is judged at most once, however many sources ask about it. */
export class Verdicts {
  readonly #judge: (item: number) => Refusal | undefined
  readonly #itemCount: number
  #table: VerdictTable | undefined
  readonly #refused = new Map<number, { readonly reason: Refusal; askers: number }>()

  /** @param table - nobody else's until {@link release} */
  constructor(itemCount: number, judge: (item: number) => Refusal | undefined, table = new VerdictTable()) {
    this.#judge = judge
    this.#table = table.clear(itemCount)
    this.#itemCount = itemCount
  }

  /** Gives the table back. Whoever asks afterwards, such as a source that was too slow, is told no. */
  release(): VerdictTable | undefined {
    const table = this.#table
    this.#table = undefined
    return table
  }

  /**
   * Whether an item may be shown; never one without a number from 0 to itemCount - 1.
   *
   * @param asker - a bit of its own for everyone who asks
   */
  accepts(item: number, asker: number): boolean {
    if (this.#table === undefined || item >= this.#itemCount) return false
    let verdict = this.#table.verdicts[item]
    if (verdict === UNJUDGED) verdict = this.#pass(item, this.#table)
    if (verdict === REFUSED) this.#refused.get(item)!.askers |= asker
    return verdict === ACCEPTED
  }

  /**
   * How many items were refused for each reason, by reason. Only what the given askers asked about counts, so that a
   * source that was dropped on the way leaves no trace.
   */
  refusals(askers: number): Record<Refusal, number> {
    const counts = new Map<Refusal, number>()
    for (const { reason, askers: asked } of this.#refused.values()) {
      if (asked & askers) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    }
    return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  #pass(item: number, table: VerdictTable): number {
    const reason = this.#judge(item)
    const verdict = reason === undefined ? ACCEPTED : REFUSED
    table.write(item, verdict)
    if (reason !== undefined) this.#refused.set(item, { reason, askers: 0 })
    return verdict
  }
}
