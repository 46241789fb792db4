/** Why an item may not be shown to a subject: the name of the filter, or words. */
export type Refusal = string

const UNJUDGED = 0
const ACCEPTED = 1
const REFUSED = 2

/** What may be shown in one request. Every item is judged at most once, however many sources ask about it. */
export class Verdicts {
  readonly #judge: (item: number) => Refusal | undefined
  readonly #verdicts: Uint8Array
  readonly #refused = new Map<number, { readonly reason: Refusal; askers: number }>()

  constructor(itemCount: number, judge: (item: number) => Refusal | undefined) {
    this.#judge = judge
    this.#verdicts = new Uint8Array(itemCount)
  }

  /**
   * Whether an item may be shown; never one without a number from 0 to itemCount - 1.
   *
   * @param asker - a bit of its own for everyone who asks
   */
  accepts(item: number, asker: number): boolean {
    let verdict = this.#verdicts[item]
    if (verdict === UNJUDGED) verdict = this.#pass(item)
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

  #pass(item: number): number {
    const reason = this.#judge(item)
    const verdict = reason === undefined ? ACCEPTED : REFUSED
    this.#verdicts[item] = verdict
    if (reason !== undefined) this.#refused.set(item, { reason, askers: 0 })
    return verdict
  }
}
