import type { ScoringSystem } from '../../application/index.ts'
import type { Subject } from '../../data/index.ts'
import { type ByteReader, type ByteWriter, durationMs, hashString } from '../../foundation/index.ts'
import { EntityLists, type ReviewOptions, ReviewQueue, RuleSets, type RuleSetsOptions } from '../../policy/index.ts'
import type { PolicyChange } from './policy-record.ts'
import { ShadowCounts } from './shadow-counts.ts'

const LISTS = ['allow', 'block'] as const
/** Half an hour, as the declaration says. */
const DEFAULT_LEASE = '30m'

/** What decides beside the model of a system, and what people make of it: a function of the records of the log. */
export class SystemPolicy {
  readonly lists: EntityLists
  readonly rules: RuleSets
  readonly review: ReviewQueue
  readonly counts = new ShadowCounts()

  constructor(name: string, { policy }: Pick<ScoringSystem, 'policy'>) {
    const seed = hashString(name)
    this.lists = new EntityLists(policy.lists)
    this.rules = new RuleSets(ruleOptions(seed, policy.guard?.mostBlocked))
    this.review = new ReviewQueue(reviewOptions(seed, policy.review))
  }

  /** @returns what the machine that it concerns says @throws SluiceError as that machine; then nothing is changed */
  apply({ type, change }: PolicyChange): unknown {
    switch (type) {
      case '$rules':
        return this.rules.apply(change)
      case '$list':
        return this.lists.apply(change)
      case '$review':
        return this.review.apply(change)
    }
  }

  /**
   * Lets go of somebody: entries of lists, and the alerts of decisions. Cases keep their ids, and one without an
   * alert is gone.
   */
  forget({ entity, id }: Subject, decisions: ReadonlySet<string>, at: number): void {
    for (const list of LISTS) this.lists.apply({ kind: 'remove', list, entity, key: id, by: 'erasure', at })
    this.review.forget(decisions)
  }

  save(writer: ByteWriter): void {
    for (const part of this.#parts()) part.save(writer)
  }

  /** Reads what {@link save} wrote into one that is new. */
  load(reader: ByteReader): void {
    for (const part of this.#parts()) part.load(reader)
  }

  #parts() {
    return [this.lists, this.rules, this.review, this.counts]
  }
}

function ruleOptions(seed: number, mostBlocked: number | undefined): RuleSetsOptions {
  if (mostBlocked === undefined) return { seed }
  return { seed, guard: { shares: { block: mostBlocked }, events: 1_000 } }
}

function reviewOptions(seed: number, review: ScoringSystem['policy']['review']): ReviewOptions {
  return { seed, leaseMs: durationMs(review?.lease ?? DEFAULT_LEASE), checkShare: review?.secondLook ?? 0 }
}
