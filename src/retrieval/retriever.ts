import type { RequestFrame } from '../features/index.ts'
import { assert, type Clock } from '../foundation/index.ts'
import type { CandidateFilter } from './candidate-filter.ts'
import { type CandidateSource, NOTHING, type OpenSource, type SourceResult } from './candidate-source.ts'
import type { RetrievalContext, RetrievalRequest } from './environment.ts'

/** The name under which items of the plain catalogue, newest described first, fill a page that would stay short. */
export const CATALOGUE = 'catalogue'

export interface RetrieverOptions {
  /** At most 31. */
  readonly sources: readonly CandidateSource[]
  readonly filters: readonly CandidateFilter[]
  /** How many candidates go on to the ranker. */
  readonly limit: number
}

/** One call of the retriever. */
export interface RetrieverCall {
  readonly frame: RequestFrame
  readonly subject: number
  /** Items that the caller does not want. */
  readonly exclude: ReadonlySet<number>
  /** Fill up from the catalogue to so many candidates. */
  readonly atLeast: number
  /** Time left for all sources together, measured by `clock`. */
  readonly budgetMs: number
  readonly clock: Clock
  /** Sources to leave out by name; a replay names those that were left out at the time. */
  readonly leaveOut?: ReadonlySet<string>
}

/** Candidates without doubles, in the order that a page has when no ranker answers. */
export interface Candidates {
  readonly items: Int32Array
  /** Bit `s` is set when source `s` brought the item; the bit after the last source is the catalogue. */
  readonly sources: Uint32Array
  /** The item because of which it was found, -1 for none. */
  readonly because: Int32Array
  /** How many each source brought. */
  readonly found: Readonly<Record<string, number>>
  /** How many distinct items each filter kept away. */
  readonly filtered: Readonly<Record<string, number>>
  /** Sources that were left out, with the reason. */
  readonly degraded: readonly Degradation[]
}

export interface Degradation {
  readonly source: string
  readonly reason: 'failed' | 'deadline'
}

/** Why an item may not be shown to a subject: the name of the filter. */
export type Refusal = string

/** All sources of a system side by side, over one state. */
export class Retriever {
  readonly #context: RetrievalContext
  readonly #sources: readonly (CandidateSource & { opened: OpenSource })[]
  readonly #filters: readonly { name: string; refuses: (subject: number, item: number) => boolean }[]
  readonly #limit: number

  constructor(context: RetrievalContext, { sources, filters, limit }: RetrieverOptions) {
    assert(sources.length <= 31, 'sources fit in 32 bits')
    this.#context = context
    this.#limit = limit
    this.#sources = sources.map((source) => ({ ...source, opened: source.open(context) }))
    this.#filters = filters.map((filter) => ({ name: filter.name, refuses: filter.open(context) }))
  }

  /** Names of the columns that {@link scoreColumns} fills. */
  get scoreColumnNames(): string[] {
    return this.#scoring().map((source) => `retrieval.${source.name}`)
  }

  /** Names of the sources whose bits are set. */
  sourceNames(bits: number): string[] {
    const names = this.#sources.filter((_, index) => bits & (1 << index)).map((source) => source.name)
    return bits & (1 << this.#sources.length) ? [...names, CATALOGUE] : names
  }

  /** Why the subject may not see the item; undefined when it may. */
  refusal(subject: number, item: number, exclude: ReadonlySet<number>): Refusal | undefined {
    if (!this.#context.state.attributes.isKnown(this.#context.item, item)) return 'not in the catalogue'
    if (exclude.has(item)) return 'excluded by the caller'
    return this.#filters.find((filter) => filter.refuses(subject, item))?.name
  }

  async retrieve(call: RetrieverCall): Promise<Candidates> {
    const filtered: Record<string, number> = {}
    const request = this.#request(call, filtered)
    const degraded: Degradation[] = []
    const until = call.clock() + call.budgetMs
    const results = await Promise.all(this.#sources.map((source) => this.#ask(source, request, { ...call, until }, degraded)))
    const merged = this.#merge(results, request, call.atLeast)
    const found = Object.fromEntries(this.#sources.map(({ name }, index) => [name, results[index]?.items.length ?? 0]))
    return { ...merged, found, filtered, degraded: degraded.sort((a, b) => (a.source < b.source ? -1 : 1)) }
  }

  /**
   * What each scoring source says of the items, for the ranker.
   *
   * @param out - row-major with `width` columns; the columns from `first` on are filled
   */
  scoreColumns(
    { frame, subject }: Pick<RetrieverCall, 'frame' | 'subject'>,
    items: Int32Array,
    out: Float64Array,
    { first, width }: { first: number; width: number },
  ): void {
    const column = new Float64Array(items.length)
    const request = { frame, subject, itemCount: this.#itemCount(), accept: () => true }
    for (const [index, source] of this.#scoring().entries()) {
      source.opened.scoreItems?.(request, items, column)
      for (let row = 0; row < items.length; row++) out[row * width + first + index] = column[row]!
    }
  }

  #scoring() {
    return this.#sources.filter((source) => source.scoresItems)
  }

  #itemCount(): number {
    return this.#context.state.attributes.keys(this.#context.item).size
  }

  /** The request as sources see it; every item is judged at most once. */
  #request({ frame, subject, exclude }: RetrieverCall, filtered: Record<string, number>): RetrievalRequest {
    const itemCount = this.#itemCount()
    const verdicts = new Uint8Array(itemCount)
    const accept = (item: number): boolean => {
      const known = verdicts[item]!
      if (known !== 0) return known === 1
      const refusal = this.refusal(subject, item, exclude)
      if (refusal !== undefined) filtered[refusal] = (filtered[refusal] ?? 0) + 1
      verdicts[item] = refusal === undefined ? 1 : 2
      return refusal === undefined
    }
    return { frame, subject, itemCount, accept }
  }

  /** Asks one source. One that answers at once is asked only while there is time, and its answer is always used. */
  async #ask(
    source: CandidateSource & { opened: OpenSource },
    request: RetrievalRequest,
    { until, clock, leaveOut }: RetrieverCall & { until: number },
    degraded: Degradation[],
  ): Promise<SourceResult> {
    if (leaveOut?.has(source.name)) return NOTHING
    const drop = (reason: Degradation['reason']): SourceResult => {
      degraded.push({ source: source.name, reason })
      return NOTHING
    }
    const remainingMs = until - clock()
    if (remainingMs <= 0) return drop('deadline')
    try {
      const answer = source.opened.retrieve(request, source.quota)
      if (!(answer instanceof Promise)) return answer
      return (await withinTime(answer, Math.min(source.deadlineMs, remainingMs))) ?? drop('deadline')
    } catch {
      return drop('failed')
    }
  }

  /** Rank by rank through the sources, each item once, then the catalogue if the page would stay short. */
  #merge(results: readonly SourceResult[], request: RetrievalRequest, atLeast: number) {
    const places = new Map<number, number>()
    const merged = { items: [] as number[], sources: [] as number[], because: [] as number[] }
    const add = (item: number, bit: number, because: number): void => {
      const place = places.get(item)
      if (place !== undefined) merged.sources[place]! |= bit
      else if (merged.items.length < this.#limit) {
        places.set(item, merged.items.length)
        merged.items.push(item)
        merged.sources.push(bit)
        merged.because.push(because)
      }
    }
    const longest = Math.max(0, ...results.map((result) => result.items.length))
    for (let rank = 0; rank < longest; rank++) {
      for (let index = 0; index < results.length; index++) {
        const result = results[index]!
        if (rank < result.items.length) add(result.items[rank]!, 1 << index, result.because?.[rank] ?? -1)
      }
    }
    for (let item = request.itemCount - 1; item >= 0 && merged.items.length < Math.min(atLeast, this.#limit); item--) {
      if (!places.has(item) && request.accept(item)) add(item, 1 << results.length, -1)
    }
    const { items, sources, because } = merged
    return { items: Int32Array.from(items), sources: Uint32Array.from(sources), because: Int32Array.from(because) }
  }
}

/** The answer, or undefined when it takes longer; a late answer, or a late failure, is let go. */
async function withinTime<T>(answer: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, limitMs))
  })
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
