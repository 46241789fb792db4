import type { Application } from '../application/index.ts'
import type { EventLog, EventRecord } from '../data/index.ts'
import { BoundedMap } from '../foundation/index.ts'
import type { ModelRegistry } from '../training/index.ts'
import { DECISION, type Decision, readDecision } from './decision.ts'
import {
  type ExplainedDecision,
  explainRebuilt,
  findDecision,
  type RebuiltPage,
  rebuildPage,
  unknownDecision,
} from './rebuild-page.ts'
import { isScoredRecord } from './scoring/scored-decision.ts'

/** Pages that can be explained without making them again; few, so that they die young and the collector stays short. */
const REMEMBERED_PAGES = 16
/** Decisions whose place in the log is known without a search. */
const REMEMBERED_OFFSETS = 100_000

/** The pages that were decided: the newest in memory, all of them in the log. */
export class DecisionArchive {
  readonly #parts: { readonly application: Application; readonly log: EventLog; readonly registry: ModelRegistry }
  readonly #pages = new BoundedMap<string, RebuiltPage>(REMEMBERED_PAGES)
  readonly #offsets = new BoundedMap<string, number>(REMEMBERED_OFFSETS)
  #lastRebuilt: Promise<unknown> = Promise.resolve()

  constructor(parts: { application: Application; log: EventLog; registry: ModelRegistry }) {
    this.#parts = parts
  }

  remember(page: RebuiltPage): void {
    this.#pages.set(page.decision.id, page)
  }

  /** Notes where a decision stands; of scored ones their desk does. */
  note(offset: number, record: EventRecord): void {
    if (record.type === DECISION && !isScoredRecord(record)) this.#offsets.set(record.id, offset)
  }

  /** Forgets what is remembered: the log was written anew. */
  forget(): void {
    this.#pages.clear()
    this.#offsets.clear()
  }

  /**
   * A decision by its id; undefined when the log has none.
   *
   * @param logged - settles when what was decided so far is in the log, or lost
   */
  async decision(id: string, logged: Promise<unknown>): Promise<Decision | undefined> {
    const remembered = this.#pages.get(id)
    if (remembered) return remembered.decision
    // One that was answered a moment ago may still be on its way to the disk; what is lost there is counted elsewhere.
    if (!this.#offsets.has(id)) await Promise.allSettled([logged])
    const { log } = this.#parts
    const offset = this.#offsets.get(id)
    const record = offset === undefined ? await findDecision(log, id) : log.readOne(offset)
    return record && readDecision(record)
  }

  /** @param options.changedAt - the offset of the last record that changed the state that serves */
  async explain(
    id: string,
    { logged, changedAt, whyNot }: { logged: Promise<unknown>; changedAt: number; whyNot: string | undefined },
  ): Promise<ExplainedDecision> {
    const decision = await this.decision(id, logged)
    if (!decision) throw unknownDecision(id)
    const { live, request, trace } = await this.#pageOf(decision, whyNot === undefined ? undefined : changedAt)
    return explainRebuilt({ live, request, trace, decision }, whyNot)
  }

  /**
   * The page of a decision: the one that is remembered, or the same made again from the log.
   *
   * @param changedAt - given where the state is asked as well, so that it must not have changed since
   */
  async #pageOf(decision: Decision, changedAt = 0): Promise<RebuiltPage> {
    const remembered = this.#pages.get(decision.id)
    if (remembered && changedAt <= decision.asOf) return remembered
    const { application, log, registry } = this.#parts
    const rebuilt = this.#lastRebuilt.then(() => rebuildPage(application, log, registry, decision))
    // Not the page itself, which holds on to its state.
    this.#lastRebuilt = rebuilt.then(nothing, nothing)
    return rebuilt
  }
}

function nothing(): void {}
