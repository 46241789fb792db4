import type { RequestFrame } from '../features/index.ts'
import { assert, type Clock } from '../foundation/index.ts'
import { askSource, type SourceAnswer } from './ask-source.ts'
import type { CandidateFilter } from './candidate-filter.ts'
import { type CandidateSource, NOTHING, type OpenSource, type SourceResult } from './candidate-source.ts'
import type { RetrievalContext } from './environment.ts'
import { type MergedCandidates, mergeCandidates } from './merge-candidates.ts'
import { type Refusal, Verdicts, VerdictTable } from './verdicts.ts'

/** The name under which items of the plain catalogue, the last named first, fill a page that would stay short. */
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
  /** The subject's number; -1 for a stranger. */
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

/** Candidates in the order that a page has when no ranker answers, and how they came about. */
export interface Candidates extends MergedCandidates {
  /** How many each source brought. */
  readonly found: Readonly<Record<string, number>>
  /** How many distinct items each filter kept away. */
  readonly filtered: Readonly<Record<Refusal, number>>
  /** Sources that were left out, with the reason. */
  readonly degraded: readonly Degradation[]
}

export interface Degradation {
  readonly source: string
  readonly reason: 'failed' | 'deadline'
}

/** Where {@link Retriever.scoreColumns} writes. */
interface ScoreTarget {
  readonly first: number
  readonly width: number
  readonly columns?: ReadonlySet<string> | undefined
  readonly known?: Uint8Array | undefined
}

interface Round {
  readonly itemCount: number
  readonly verdicts: Verdicts
  /** Asks a source by its place. */
  ask(index: number, until: number): Promise<SourceAnswer> | SourceAnswer
}

/** All sources of a system side by side, over one state. */
export class Retriever {
  readonly #context: RetrievalContext
  readonly #sources: readonly (CandidateSource & { readonly opened: OpenSource })[]
  readonly #filters: readonly { name: string; refuses: (subject: number, item: number) => boolean }[]
  readonly #limit: number
  /** Tables that no request uses now. */
  readonly #tables: VerdictTable[] = []

  constructor(context: RetrievalContext, { sources, filters, limit }: RetrieverOptions) {
    assert(sources.length <= 31, 'sources and the catalogue fit in 32 bits')
    this.#context = context
    this.#limit = limit
    this.#sources = sources.map((source) => ({ ...source, opened: source.open(context) }))
    this.#filters = filters.map((filter) => ({ name: filter.name, refuses: filter.open(context) }))
  }

  /** Names of the columns that {@link scoreColumns} fills. */
  get scoreColumnNames(): string[] {
    return this.#scoring().map(({ name }) => scoreColumn(name))
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

  /**
   * Asks all sources side by side and merges what they find. All that answer at once read the state of one moment,
   * the last before the promise resolves; one that answers later reads it whenever it does.
   */
  async retrieve(call: RetrieverCall): Promise<Candidates> {
    const { state } = this.#context
    const { changedAt } = state
    const round = this.#openRound(call)
    const until = call.clock() + call.budgetMs
    const asked = this.#sources.map((_, index) => round.ask(index, until))
    const answers = await Promise.all(asked)
    if (state.changedAt === changedAt) return this.#merge(call, round, answers)
    // Events came while a source took its time, and the rows of the page will be of after them.
    this.#close(round)
    const renewed = this.#openRound(call)
    const askedAgain = asked.map((answer, index) => {
      if (answer instanceof Promise || answer.dropped) return answers[index]!
      const again = renewed.ask(index, Number.POSITIVE_INFINITY)
      return again instanceof Promise ? answers[index]! : again
    })
    return this.#merge(call, renewed, askedAgain)
  }

  /** One way round the sources, over the state as it is now. */
  #openRound({ frame, subject, exclude, clock, leaveOut }: RetrieverCall): Round {
    const itemCount = this.#itemCount()
    const table = this.#tables.pop() ?? new VerdictTable()
    const verdicts = new Verdicts(itemCount, (item) => this.refusal(subject, item, exclude), table)
    const ask = (index: number, until: number): Promise<SourceAnswer> | SourceAnswer => {
      const source = this.#sources[index]!
      if (leaveOut?.has(source.name)) return { result: NOTHING }
      const accept = (item: number): boolean => verdicts.accepts(item, 1 << index)
      return askSource(source, { frame, subject, itemCount, accept }, { clock, until })
    }
    return { itemCount, verdicts, ask }
  }

  #merge({ atLeast }: RetrieverCall, round: Round, answers: readonly SourceAnswer[]): Candidates {
    const { itemCount, verdicts } = round
    const results = answers.map(({ result }, index) => withinQuota(result, this.#sources[index]!.quota))
    const merged = mergeCandidates(results, {
      quotas: this.#sources.map(({ quota }) => quota),
      limit: this.#limit,
      atLeast,
      itemCount,
      accepts: (item, asker) => verdicts.accepts(item, asker),
    })
    const account = this.#account(answers, results, verdicts)
    this.#close(round)
    return { ...merged, ...account }
  }

  #close({ verdicts }: Round): void {
    const table = verdicts.release()
    if (table) this.#tables.push(table)
  }

  /**
   * What each scoring source says of the items, for the ranker; `NaN` where it says nothing.
   *
   * @param out - row-major with `width` columns; the columns from `first` on are filled
   * @param target.columns - the columns that a row has, by name; all when absent
   * @param target.known - by place in a row, 1 for a column that is there already and is left alone
   */
  scoreColumns(
    { frame, subject }: Pick<RetrieverCall, 'frame' | 'subject'>,
    items: Int32Array,
    out: Float64Array,
    { first, width, columns, known }: ScoreTarget,
  ): void {
    const column = new Float64Array(items.length)
    const request = { frame, subject, itemCount: this.#itemCount(), accept: () => true }
    const scoring = this.#scoring().filter(({ name }) => columns?.has(scoreColumn(name)) ?? true)
    for (const [index, source] of scoring.entries()) {
      if (known?.[first + index] === 1) continue
      column.fill(Number.NaN)
      source.opened.scoreItems?.(request, items, column)
      for (let row = 0; row < items.length; row++) out[row * width + first + index] = column[row]!
    }
  }

  /** What the sources and filters did, in an order that does not hang on who answered first. */
  #account(answers: readonly SourceAnswer[], results: readonly SourceResult[], verdicts: Verdicts) {
    const degraded: Degradation[] = []
    const found: Record<string, number> = {}
    let askers = 1 << this.#sources.length
    for (const [index, { name }] of this.#sources.entries()) {
      const { dropped: reason } = answers[index]!
      found[name] = results[index]!.items.length
      if (reason === undefined) askers |= 1 << index
      else degraded.push({ source: name, reason })
    }
    degraded.sort((a, b) => (a.source < b.source ? -1 : 1))
    return { found, filtered: verdicts.refusals(askers), degraded }
  }

  #scoring() {
    return this.#sources.filter((source) => source.scoresItems)
  }

  #itemCount(): number {
    return this.#context.state.attributes.keys(this.#context.item).size
  }
}

/** The column in which a source says how it rates an item. */
export function scoreColumn(source: string): string {
  return `retrieval.${source}`
}

function withinQuota(result: SourceResult, quota: number): SourceResult {
  if (result.items.length <= quota) return result
  const { items, scores, because } = result
  const cut = { items: Array.from(items).slice(0, quota), scores: Array.from(scores).slice(0, quota) }
  return because === undefined ? cut : { ...cut, because }
}
