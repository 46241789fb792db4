import type { EventLog, EventRecord, Subject } from '../../data/index.ts'
import { type Clock, isSluiceError, SluiceError } from '../../foundation/index.ts'
import {
  type BacktestReport,
  type CanonicalRules,
  canonicalRules,
  type ListLines,
  type ListName,
  type ReviewCase,
  type ReviewOutcome,
  type ReviewStage,
  type RuleSet,
  type RuleVocabulary,
  summaryOf,
  type Verdict,
} from '../../policy/index.ts'
import { importLists, type ListImport } from './import-lists.ts'
import { namesOfPolicyRecord, type PolicyChange, policyRecord } from './policy-record.ts'
import { labelsOfOutcome, type PolicyOutcome, type PolicyState } from './policy-state.ts'
import type { reviewEvent } from './review-event.ts'
import type { SystemPolicy } from './system-policy.ts'

/** How often a claim is made anew when another reviewer was quicker. */
const CLAIMS = 8

/** What the desk works with. */
export interface PolicyDeskParts {
  readonly log: EventLog
  readonly clock: Clock
  readonly policy: () => PolicyState
  /** What rules of a system can name. @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK` */
  readonly vocabulary: (system: string) => RuleVocabulary
  /** The event that a verdict becomes. */
  readonly labelEvent: (system: string, label: Parameters<typeof reviewEvent>[3]) => EventRecord
  /** The entity whose alerts are one case. */
  readonly caseEntity: (system: string) => string
  readonly append: (event: unknown) => Promise<unknown>
  readonly backtest: (system: string, rules: string) => Promise<BacktestReport>
}

/** A verdict as a reviewer gives it. */
export interface GivenVerdict {
  readonly case: string
  readonly reviewer: string
  readonly verdict: Verdict
  readonly note?: string | undefined
  /** Alerts that the reviewer was shown. */
  readonly seen: number
  readonly alerts?:
    | readonly { readonly decision: string; readonly verdict: Verdict; readonly note: string }[]
    | undefined
}

/**
 * Changes rules, lists and review queues. Every change is a record of the log first, and what it does is what its
 * record does when it is applied: of two at once the order of the log decides, and one that is refused changes nothing.
 */
export class PolicyDesk {
  readonly #parts: PolicyDeskParts
  /** By record: what a change did that somebody waits for. */
  readonly #outcomes = new Map<string, PolicyOutcome | undefined>()
  #number = 0

  constructor(parts: PolicyDeskParts) {
    this.#parts = parts
  }

  /** The policy of a system as of now. @throws SluiceError `UNKNOWN_SYSTEM`, `WRONG_TASK` */
  of(system: string): SystemPolicy {
    this.#parts.vocabulary(system)
    const policy = this.#parts.policy().systems.get(system)
    if (policy) return policy
    throw new SluiceError('UNKNOWN_SYSTEM', `system ${system}: it has no policy`)
  }

  /** Notes what a record did. */
  note(record: EventRecord, outcome: PolicyOutcome): void {
    if (this.#outcomes.has(record.id)) this.#outcomes.set(record.id, outcome)
  }

  /** @throws SluiceError `INVALID_RULES` with line and column, `ILLEGAL_MOVE` for what is kept already */
  async draftRules(system: string, { rules, note = '', by }: { rules: string; note?: string | undefined; by: string }) {
    const canonical: CanonicalRules = canonicalRules(rules, this.#parts.vocabulary(system))
    const change = { kind: 'draft', ...canonical, note, by, at: this.#parts.clock() } as const
    return (await this.#change(system, { type: '$rules', change })) as RuleSet
  }

  /** Tries a version on the log, and keeps what it would have done with the version. O(log). */
  async backtestRules(
    system: string,
    { version, by }: { version: number; by: string },
  ): Promise<{ set: RuleSet; report: BacktestReport }> {
    const report = await this.#parts.backtest(system, this.of(system).rules.version(version).rules)
    const change = { kind: 'backtest', version, by, summary: summaryOf(report), at: this.#parts.clock() } as const
    return { set: (await this.#change(system, { type: '$rules', change })) as RuleSet, report }
  }

  /** Moves a version on. @throws SluiceError `UNKNOWN_RULE_SET`, `ILLEGAL_MOVE`, `GUARD_REFUSED` */
  async moveRules(
    system: string,
    move:
      | { to: 'shadow' | 'live' | 'retire'; version: number; by: string }
      | { to: 'percentage'; version: number; by: string; share: number },
  ): Promise<RuleSet> {
    const { to, ...rest } = move
    const change = { kind: to, ...rest, at: this.#parts.clock() } as Extract<PolicyChange, { type: '$rules' }>['change']
    return (await this.#change(system, { type: '$rules', change })) as RuleSet
  }

  /** The version that was live before is live again; undefined when none was. @throws SluiceError `ILLEGAL_MOVE` */
  async rollBackRules(system: string, { version, by }: { version: number; by: string }): Promise<RuleSet | undefined> {
    const { live } = this.of(system).rules
    if (live?.version !== version) {
      const message = `rule set: expected version ${version} to be live, got ${live?.version ?? 'none'}; roll that back`
      throw new SluiceError('ILLEGAL_MOVE', message)
    }
    const change = { kind: 'rollback', by, at: this.#parts.clock() } as const
    return (await this.#change(system, { type: '$rules', change })) as RuleSet | undefined
  }

  /** Puts a key on a list, or takes it off. @throws SluiceError `INVALID_ARGUMENT`, `OUT_OF_RANGE`, `LIMIT_EXCEEDED` */
  async changeList(
    system: string,
    entry: { list: ListName; entity: string; key: string; by: string } & (
      | { kind: 'add'; reason: string; expiresAt?: number | undefined }
      | { kind: 'remove' }
    ),
  ): Promise<void> {
    const change = { ...entry, at: this.#parts.clock() } as Extract<PolicyChange, { type: '$list' }>['change']
    await this.#change(system, { type: '$list', change }, [{ entity: entry.entity, id: entry.key }])
  }

  /** Puts many keys on lists; lines that are refused are told, and the others go on. Idempotent. */
  importLists(system: string, lines: ListLines): Promise<ListImport> {
    return importLists(
      () => this.of(system).lists,
      lines,
      (entries) => {
        const changes = entries.map(({ record }) => ({
          change: { type: '$list', change: record } as const,
          names: [{ entity: record.entity, id: record.key }],
        }))
        return this.#changes(system, changes)
      },
    )
  }

  /** Gives a reviewer the most urgent case; undefined when nothing waits. Two reviewers never get the same. */
  async claim(
    system: string,
    { reviewer, stage = 'open' }: { reviewer: string; stage?: ReviewStage | undefined },
  ): Promise<ReviewCase | undefined> {
    for (let left = CLAIMS; ; left--) {
      const at = this.#parts.clock()
      const next = this.of(system).review.next(reviewer, stage, at)
      if (next === undefined) return undefined
      try {
        return (await this.#review(system, { kind: 'claim', case: next.id, reviewer, at })).case
      } catch (error) {
        if (!isSluiceError(error, 'LEASE_NOT_HELD') || left <= 1) throw error
      }
    }
  }

  /** The reviewer still works on a case, or gives it back. @throws SluiceError `UNKNOWN_CASE`, `LEASE_NOT_HELD` */
  async keepOrRelease(
    system: string,
    kind: 'heartbeat' | 'release',
    held: { case: string; reviewer: string },
  ): Promise<ReviewCase> {
    return (await this.#review(system, { kind, ...held, at: this.#parts.clock() })).case
  }

  /**
   * Takes a verdict; what it says of events goes into the log as events of the label.
   *
   * @throws SluiceError `UNKNOWN_CASE`, `LEASE_NOT_HELD`, `INVALID_ARGUMENT`
   */
  async judge(system: string, given: GivenVerdict): Promise<ReviewOutcome> {
    const outcome = await this.#review(system, { kind: 'verdict', ...given, at: this.#parts.clock() })
    await this.tellLabels(system, { done: outcome })
    return outcome
  }

  /** Appends the events of labels; those that are in the log already are not appended twice. */
  async tellLabels(system: string, outcome: PolicyOutcome): Promise<void> {
    for (const label of labelsOfOutcome(outcome)) {
      await this.#parts.append(this.#parts.labelEvent(system, label))
    }
  }

  async #review(system: string, change: Extract<PolicyChange, { type: '$review' }>['change']): Promise<ReviewOutcome> {
    const of = 'case' in change ? this.of(system).review.case(change.case) : undefined
    const names = of ? [{ entity: this.#parts.caseEntity(system), id: of.subject }] : []
    return (await this.#change(system, { type: '$review', change }, names)) as ReviewOutcome
  }

  async #change(system: string, change: PolicyChange, names: readonly Subject[] = []): Promise<unknown> {
    const [done] = await this.#changes(system, [{ change, names }])
    if (isSluiceError(done)) throw done
    return done
  }

  /** Appends changes together; of each what it did, or the error with which it was refused. */
  async #changes(
    system: string,
    changes: readonly { readonly change: PolicyChange; readonly names: readonly Subject[] }[],
  ): Promise<unknown[]> {
    this.of(system)
    const { log } = this.#parts
    const records = changes.map(({ change, names }) => policyRecord(this.#idOf(change), system, change, names))
    for (const { id } of records) this.#outcomes.set(id, undefined)
    try {
      await log.appendInternal(records, namesOfPolicyRecord)
      return records.map(({ id }) => {
        const outcome = this.#outcomes.get(id)
        if (outcome === undefined) {
          throw new SluiceError('INTERNAL', `change ${id}: expected it to be applied, got nothing`)
        }
        return 'refused' in outcome ? outcome.refused : outcome.done
      })
    } finally {
      for (const { id } of records) this.#outcomes.delete(id)
    }
  }

  #idOf({ type, change: { at } }: PolicyChange): string {
    const { head } = this.#parts.log
    return `${type.slice(1)}-${at.toString(36)}-${head.toString(36)}-${(this.#number++).toString(36)}`
  }
}
