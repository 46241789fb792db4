import {
  assert,
  type ByteReader,
  type ByteWriter,
  contentHash,
  hashString,
  hashString53,
  SluiceError,
} from '../../foundation/index.ts'
import { requireName, requireNote, requireNumber, requireTime, requireWord } from '../require-field.ts'
import type { BacktestSummary } from './backtest-report.ts'
import type { RuleSet, RuleSetGuard, RuleSetRecord, RuleSetState } from './rule-set.ts'
import { requireBacktest, requireGuard } from './rule-set-guard.ts'

export interface RuleSetsOptions {
  /** By it subjects are drawn for a percentage. */
  readonly seed: number
  /** 5 % blocked and 20 % reviewed at most, of at least 1,000 events, when it is not said. */
  readonly guard?: RuleSetGuard
  /** How many versions are kept at most, 10 to 10,000; 200 when it is not said. */
  readonly versions?: number
}

const KINDS = ['draft', 'backtest', 'shadow', 'percentage', 'live', 'retire', 'rollback']
const DEFAULT_GUARD: RuleSetGuard = { shares: { block: 0.05, review: 0.2 }, events: 1_000 }
/** How many live versions of the past a rollback can reach. */
const MOST_PREVIOUS = 8
/** How many versions may be in shadow at once. */
const MOST_SHADOWS = 3

/** From where each state is reached by the move of its name. */
const REACHED_FROM: Readonly<Record<'backtested' | 'shadow' | 'percentage' | 'live' | 'retired', RuleSetState[]>> = {
  backtested: ['draft', 'backtested', 'shadow', 'percentage'],
  shadow: ['backtested', 'percentage'],
  percentage: ['shadow', 'percentage'],
  live: ['percentage'],
  retired: ['draft', 'backtested', 'shadow', 'percentage'],
}

/**
 * The versions of a system's rules and where each is in its life: a function of the records in the order of the log.
 *
 * @remarks A record takes O(versions), a question O(1).
 */
export class RuleSets {
  readonly #seed: number
  readonly #guard: RuleSetGuard
  readonly #most: number
  /** By version, oldest first. */
  readonly #sets = new Map<number, RuleSet>()
  #next = 1
  /** Versions that were live before, the last one last. */
  #previous: number[] = []
  #live: RuleSet | undefined
  #trial: RuleSet | undefined

  constructor({ seed, guard = DEFAULT_GUARD, versions = 200 }: RuleSetsOptions) {
    requireGuard(guard)
    requireNumber('versions of rules', versions, 10, 10_000)
    this.#seed = seed
    this.#guard = guard
    this.#most = versions
  }

  /** The versions that are kept, oldest first. */
  get versions(): RuleSet[] {
    return [...this.#sets.values()]
  }

  /** The live version; undefined when there is none. */
  get live(): RuleSet | undefined {
    return this.#live
  }

  /** The versions that only say what they would do. */
  get shadows(): RuleSet[] {
    return this.versions.filter(({ state }) => state === 'shadow')
  }

  /** The version in `percentage`; undefined when there is none. */
  get trial(): RuleSet | undefined {
    return this.#trial
  }

  /** @throws SluiceError `UNKNOWN_RULE_SET` */
  version(version: number): RuleSet {
    const set = this.#sets.get(version)
    if (set) return set
    const known = [...this.#sets.keys()].slice(-8).join(', ') || 'none'
    const message = `rule set: expected a version that is kept (${known}), got ${version}; choose one`
    throw new SluiceError('UNKNOWN_RULE_SET', message)
  }

  /**
   * The version that decides about a subject, the same one whenever it is asked until a record moves a version. Raising
   * the share of a version keeps the subjects that it has; every version draws its own.
   *
   * @param subject - its key, such as that of a card
   */
  decidesFor(subject: string): RuleSet | undefined {
    const trial = this.#trial
    if (trial === undefined) return this.#live
    const draw = hashString53(subject, hashString(trial.hash, this.#seed)) / 2 ** 53
    return draw < trial.share ? trial : this.#live
  }

  /**
   * @returns the version that the record was about; after a rollback the one that is live, undefined when none is
   * @throws SluiceError `INVALID_ARGUMENT`, `OUT_OF_RANGE` for a record that is not sound; `INVALID_RULES` for rules that
   * do not have their hash; `UNKNOWN_RULE_SET`; `ILLEGAL_MOVE` when the version is not where the move begins, and for
   * a draft of what is kept already; `GUARD_REFUSED` on the way to people; `LIMIT_EXCEEDED` when all versions are in
   * use. What is refused changes nothing, then and on a replay.
   */
  apply(record: RuleSetRecord): RuleSet | undefined {
    requireWord('rule set, kind', record.kind, KINDS)
    requireName('rule set, by', record.by)
    requireTime('rule set, at', record.at)
    switch (record.kind) {
      case 'draft':
        return this.#draft(record)
      case 'backtest':
        return this.#backtest(record)
      case 'shadow':
        return this.#shadow(record)
      case 'percentage':
        return this.#percentage(record)
      case 'live':
        return this.#goLive(record)
      case 'retire':
        return this.#move(this.#from(record.version, 'retired'), 'retired', record, 0)
      case 'rollback':
        return this.#rollBack(record)
    }
  }

  save(writer: ByteWriter): void {
    writer.json([this.#next, this.#previous, this.#sets.size])
    for (const set of this.#sets.values()) {
      const { version, hash, rules, note, by, draftedAt, state, share, backtest, movedBy, movedAt } = set
      writer.json([version, hash, rules, note, by, draftedAt, state, share, movedBy, movedAt, backtest ?? null])
    }
  }

  /** Reads what {@link save} wrote into rule sets that are empty. */
  load(reader: ByteReader): void {
    const [next, previous, count] = reader.json() as [number, number[], number]
    this.#next = next
    this.#previous = previous
    for (let left = count; left > 0; left--) {
      const fields = reader.json() as SavedRuleSet
      const [version, hash, rules, note, by, draftedAt, state, share, movedBy, movedAt, backtest] = fields
      const known = { version, hash, rules, note, by, draftedAt }
      this.#put({ ...known, state, share, backtest: backtest ?? undefined, movedBy, movedAt })
    }
  }

  #draft({ rules, hash, note, by, at }: Extract<RuleSetRecord, { kind: 'draft' }>): RuleSet {
    requireNote('rule set, note', note)
    if (typeof rules !== 'string' || contentHash(rules) !== hash) {
      throw new SluiceError(
        'INVALID_RULES',
        `rule set: expected rules with the hash ${hash}, got others; draft them again`,
      )
    }
    const same = this.versions.find((set) => set.hash === hash && set.state !== 'retired')
    if (same) throw illegal(`expected other rules than those of version ${same.version}`, 'the same; move that version')
    this.#makeRoom()
    const version = this.#next++
    return this.#put({
      version,
      hash,
      rules,
      note,
      by,
      draftedAt: at,
      state: 'draft',
      share: 0,
      backtest: undefined,
      movedBy: by,
      movedAt: at,
    })
  }

  #backtest(record: Extract<RuleSetRecord, { kind: 'backtest' }>): RuleSet {
    const set = this.#from(record.version, 'backtested')
    const backtest = checkedSummary(record.summary, set)
    const state = set.state === 'draft' ? 'backtested' : set.state
    return this.#put({ ...set, state, backtest, movedBy: record.by, movedAt: record.at })
  }

  #shadow(record: Extract<RuleSetRecord, { kind: 'shadow' | 'live' | 'retire' }>): RuleSet {
    const set = this.#from(record.version, 'shadow')
    if (this.shadows.length >= MOST_SHADOWS)
      throw illegal(`expected at most ${MOST_SHADOWS} in shadow`, 'one more; retire one')
    return this.#move(set, 'shadow', record, 0)
  }

  #percentage(record: Extract<RuleSetRecord, { kind: 'percentage' }>): RuleSet {
    const set = this.#from(record.version, 'percentage')
    requireNumber('rule set, share', record.share, 0, 1)
    const trial = this.#trial
    if (trial !== undefined && trial !== set) {
      throw illegal('expected no other version in percentage', `version ${trial.version} there; move it first`)
    }
    requireBacktest(set, this.#guard)
    return this.#move(set, 'percentage', record, record.share)
  }

  #goLive(record: Extract<RuleSetRecord, { kind: 'shadow' | 'live' | 'retire' }>): RuleSet {
    const set = this.#from(record.version, 'live')
    requireBacktest(set, this.#guard)
    if (this.#live) {
      this.#previous = [...this.#previous, this.#live.version].slice(-MOST_PREVIOUS)
      this.#move(this.#live, 'retired', record, 0)
    }
    return this.#move(set, 'live', record, 1)
  }

  #rollBack(record: Extract<RuleSetRecord, { kind: 'rollback' }>): RuleSet | undefined {
    if (this.#live === undefined) throw illegal('expected a live version to roll back', 'none')
    const before = this.#previous.at(-1)
    this.#previous = this.#previous.slice(0, -1)
    this.#move(this.#live, 'retired', record, 0)
    return before === undefined ? undefined : this.#move(this.version(before), 'live', record, 1)
  }

  /** The version, when it is where a move to a state begins. */
  #from(version: number, to: keyof typeof REACHED_FROM): RuleSet {
    const set = this.version(version)
    const from = REACHED_FROM[to]
    if (from.includes(set.state)) return set
    throw illegal(`expected version ${version} in ${from.join(', ')} to be ${to}`, set.state)
  }

  #move(set: RuleSet, state: RuleSetState, { by, at }: { by: string; at: number }, share: number): RuleSet {
    return this.#put({ ...set, state, share, movedBy: by, movedAt: at })
  }

  #put(set: RuleSet): RuleSet {
    this.#sets.set(set.version, set)
    if (set.state === 'live') this.#live = set
    else if (this.#live?.version === set.version) this.#live = undefined
    if (set.state === 'percentage') this.#trial = set
    else if (this.#trial?.version === set.version) this.#trial = undefined
    return set
  }

  /** Forgets the oldest retired version that no rollback reaches. */
  #makeRoom(): void {
    if (this.#sets.size < this.#most) return
    const old = this.versions.find(({ state, version }) => state === 'retired' && !this.#previous.includes(version))
    if (old === undefined) {
      const message = `rule sets: expected at most ${this.#most} versions, got one more; retire some that are not needed`
      throw new SluiceError('LIMIT_EXCEEDED', message)
    }
    const isDeleted = this.#sets.delete(old.version)
    assert(isDeleted, 'a version that was found is kept')
  }
}

type SavedRuleSet = [
  version: number,
  hash: string,
  rules: string,
  note: string,
  by: string,
  draftedAt: number,
  state: RuleSetState,
  share: number,
  movedBy: string,
  movedAt: number,
  backtest: BacktestSummary | null,
]

/** A summary in one order of its fields, when it is of these rules. */
function checkedSummary(summary: BacktestSummary, { hash, version }: RuleSet): BacktestSummary {
  if (summary?.hash !== hash) {
    throw illegal(`expected a backtest of version ${version}, whose hash is ${hash}`, `one of ${summary?.hash}`)
  }
  const { from, until, events, asked, newlyBlocked, noLongerBlocked } = summary
  for (const [name, value] of Object.entries({ from, until, events, newlyBlocked, noLongerBlocked, ...asked })) {
    requireNumber(`backtest, ${name}`, value, 0, Number.MAX_VALUE)
  }
  const { allow, 'step-up': stepUp, review, block } = asked
  return {
    hash,
    from,
    until,
    events,
    asked: { allow, 'step-up': stepUp, review, block },
    newlyBlocked,
    noLongerBlocked,
  }
}

function illegal(expected: string, got: string): SluiceError {
  return new SluiceError('ILLEGAL_MOVE', `rule set: ${expected}, got ${got}`)
}
