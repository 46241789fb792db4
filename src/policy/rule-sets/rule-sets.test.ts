import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, isSluiceError } from '../../foundation/index.ts'
import type { BacktestSummary } from './backtest-report.ts'
import type { RuleSet, RuleSetRecord } from './rule-set.ts'
import { canonicalRules } from './rule-set-hash.ts'
import { RuleSets } from './rule-sets.ts'

const COLUMNS = { numbers: ['amount'], texts: [] }
const OPTIONS = { seed: 7, guard: { shares: { block: 0.1, review: 0.5 }, events: 100 } }
const WHO = { by: 'ann', at: 5 }

function draft(least: number): Extract<RuleSetRecord, { kind: 'draft' }> {
  const { rules, hash } = canonicalRules(`rule large when amount>${least} then block`, COLUMNS)
  return { kind: 'draft', rules, hash, note: 'after the attack of May', ...WHO }
}

function summary(hash: string, block: number, events = 200): BacktestSummary {
  const asked = { allow: events - block, 'step-up': 0, review: 0, block }
  return { hash, from: 1, until: 2, events, asked, newlyBlocked: block, noLongerBlocked: 0 }
}

function bytesOf(sets: RuleSets): Uint8Array {
  const writer = new ByteWriter()
  sets.save(writer)
  return writer.finish()
}

function loaded(bytes: Uint8Array): RuleSets {
  const sets = new RuleSets(OPTIONS)
  sets.load(new ByteReader(bytes, 'DIRECTORY_CORRUPT'))
  return sets
}

/** The code of a refusal, undefined when the record was taken. */
function refusal(sets: RuleSets, record: RuleSetRecord): string | undefined {
  try {
    sets.apply(record)
    return undefined
  } catch (error) {
    assert.ok(isSluiceError(error))
    return error.code
  }
}

/** Takes a version as far as live. */
function bringLive(sets: RuleSets, least: number): RuleSet {
  const { version, hash } = sets.apply(draft(least))!
  sets.apply({ kind: 'backtest', version, summary: summary(hash, 1), ...WHO })
  sets.apply({ kind: 'shadow', version, ...WHO })
  sets.apply({ kind: 'percentage', version, share: 0.1, ...WHO })
  return sets.apply({ kind: 'live', version, ...WHO })!
}

/** The life of versions by a table of every step that is allowed. */
class NaiveSets {
  readonly states: string[] = []
  readonly hashes: string[] = []
  readonly sound: boolean[] = []
  readonly lives: number[] = []

  isRefused(record: RuleSetRecord): boolean {
    if (record.kind === 'draft') {
      const isHeld = this.hashes.some((hash, at) => hash === record.hash && this.states[at] !== 'retired')
      if (isHeld) return true
      this.states.push('draft')
      this.hashes.push(record.hash)
      this.sound.push(false)
      return false
    }
    if (record.kind === 'rollback') {
      const last = this.lives.pop()
      if (last === undefined) return true
      this.states[last] = 'retired'
      if (this.lives.length > 0) this.states[this.lives.at(-1)!] = 'live'
      return false
    }
    const at = record.version - 1
    const state = this.states[at]
    const steps: Record<string, readonly string[]> = {
      draft: ['backtest', 'retire'],
      backtested: ['backtest', 'retire', 'shadow'],
      shadow: ['backtest', 'retire', 'percentage'],
      percentage: ['backtest', 'retire', 'percentage', 'shadow', 'live'],
    }
    if (state === undefined || !steps[state]?.includes(record.kind)) return true
    if (record.kind === 'backtest') {
      this.sound[at] = record.summary.asked.block <= 20
      if (state === 'draft') this.states[at] = 'backtested'
      return false
    }
    if (['percentage', 'live'].includes(record.kind) && !this.sound[at]) return true
    if (record.kind === 'percentage' && this.states.some((each, other) => each === 'percentage' && other !== at))
      return true
    if (record.kind === 'shadow' && this.states.filter((each) => each === 'shadow').length === 3) return true
    if (record.kind === 'live') {
      if (this.lives.length > 0) this.states[this.lives.at(-1)!] = 'retired'
      this.lives.push(at)
    }
    this.states[at] = record.kind === 'retire' ? 'retired' : record.kind
    return false
  }
}

const version = fc.integer({ min: 1, max: 6 })
const record = fc.oneof(
  { weight: 2, arbitrary: fc.nat(5).map(draft) },
  { weight: 2, arbitrary: fc.tuple(version, fc.constantFrom(1, 1, 1, 60)) },
  { weight: 5, arbitrary: fc.tuple(version, fc.constantFrom('shadow', 'live', 'percentage', 'percentage', 'retire')) },
  { weight: 1, arbitrary: fc.constant<RuleSetRecord>({ kind: 'rollback', ...WHO }) },
)

describe('rule sets', () => {
  it('go only where a table of steps lets them go, also after they are saved and loaded', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60, size: 'max' }), fc.nat(60), (moves, stop) => {
        const naive = new NaiveSets()
        const whole = new RuleSets(OPTIONS)
        let sets = new RuleSets(OPTIONS)
        for (const [index, move] of moves.entries()) {
          if (index === stop) sets = loaded(bytesOf(sets))
          const each = recordOf(move, naive)
          assert.equal(refusal(sets, each) !== undefined, naive.isRefused(each), JSON.stringify(each))
          refusal(whole, each)
          assert.deepEqual(
            sets.versions.map(({ state }) => state),
            naive.states,
          )
          assert.equal(sets.live?.version, naive.lives.length === 0 ? undefined : naive.lives.at(-1)! + 1)
        }
        assert.deepEqual(bytesOf(sets), bytesOf(whole))
        assert.deepEqual(loaded(bytesOf(sets)).versions, whole.versions)
      }),
      { seed: 64, numRuns: 300 },
    )
  })

  it('decide for a share of the subjects, and for those who had them when the share is raised', () => {
    const sets = new RuleSets(OPTIONS)
    bringLive(sets, 1)
    const { version, hash } = sets.apply(draft(2))!
    sets.apply({ kind: 'backtest', version, summary: summary(hash, 1), ...WHO })
    sets.apply({ kind: 'shadow', version, ...WHO })
    const subjects = Array.from({ length: 4000 }, (_, n) => `card ${n}`)
    const drawn = (share: number) => {
      sets.apply({ kind: 'percentage', version, share, ...WHO })
      return subjects.filter((subject) => sets.decidesFor(subject)?.version === version)
    }
    let before: readonly string[] = []
    for (const share of [0, 0.01, 0.2, 0.5, 1]) {
      const now = drawn(share)
      assert.ok(Math.abs(now.length / subjects.length - share) <= 0.025, `${now.length} at ${share}`)
      const held = new Set(now)
      assert.ok(before.every((subject) => held.has(subject)))
      before = now
    }
    drawn(0.2)
    assert.equal(
      sets.decidesFor(subjects.find((subject) => sets.decidesFor(subject)?.version !== version)!)?.version,
      1,
    )
  })

  it('draw other subjects for every version', () => {
    const subjects = Array.from({ length: 1000 }, (_, n) => `card ${n}`)
    const drawn = [1, 2].map((least) => {
      const sets = new RuleSets(OPTIONS)
      const { version, hash } = sets.apply(draft(least))!
      sets.apply({ kind: 'backtest', version, summary: summary(hash, 1), ...WHO })
      sets.apply({ kind: 'shadow', version, ...WHO })
      sets.apply({ kind: 'percentage', version, share: 0.5, ...WHO })
      return new Set(subjects.filter((subject) => sets.decidesFor(subject)))
    })
    const both = subjects.filter((subject) => drawn[0]!.has(subject) && drawn[1]!.has(subject))
    assert.ok(both.length > 180 && both.length < 320, `${both.length} of 1000`)
  })

  it('come back in their order when they are rolled back', () => {
    const sets = new RuleSets(OPTIONS)
    for (const least of [1, 2, 3]) bringLive(sets, least)
    const rolled = [1, 2, 3, 4].map(() => {
      const code = refusal(sets, { kind: 'rollback', ...WHO })
      return code ?? sets.live?.version
    })
    assert.deepEqual(rolled, [2, 1, undefined, 'ILLEGAL_MOVE'])
  })

  it('are refused on their way to people when they would block too many, or were tried on too few', () => {
    const sets = new RuleSets(OPTIONS)
    const { version, hash } = sets.apply(draft(1))!
    const percentage = { kind: 'percentage', version, share: 0.1, ...WHO } as const
    sets.apply({ kind: 'backtest', version, summary: summary(hash, 21), ...WHO })
    sets.apply({ kind: 'shadow', version, ...WHO })
    assert.throws(() => sets.apply(percentage), /expected block for at most 10 % of the events, got 10.5 %/)
    sets.apply({ kind: 'backtest', version, summary: summary(hash, 1, 99), ...WHO })
    assert.equal(refusal(sets, percentage), 'GUARD_REFUSED')
    sets.apply({ kind: 'backtest', version, summary: summary(hash, 20), ...WHO })
    assert.equal(refusal(sets, percentage), undefined)
  })

  it('are refused with another hash, another set’s backtest, and beyond the versions that are kept', () => {
    const sets = new RuleSets({ ...OPTIONS, versions: 10 })
    assert.equal(refusal(sets, { ...draft(1), hash: draft(2).hash }), 'INVALID_RULES')
    for (let least = 0; least < 10; least++) sets.apply(draft(least))
    const { hash } = draft(1)
    assert.equal(refusal(sets, { kind: 'backtest', version: 1, summary: summary(hash, 1), ...WHO }), 'ILLEGAL_MOVE')
    assert.equal(refusal(sets, draft(10)), 'LIMIT_EXCEEDED')
    sets.apply({ kind: 'retire', version: 3, ...WHO })
    assert.equal(sets.apply(draft(10))?.version, 11)
    assert.equal(refusal(sets, { kind: 'shadow', version: 3, ...WHO }), 'UNKNOWN_RULE_SET')
  })

  it('are the same however they were written', () => {
    const [first, second] = ['rule a when amount>1 then block', '# why\nrule a: when amount > 1\n then block'].map(
      (text) => canonicalRules(text, COLUMNS),
    )
    assert.deepEqual(first, second)
  })
})

type Move = RuleSetRecord | [number, number | string]

function recordOf(move: Move, { hashes }: NaiveSets): RuleSetRecord {
  if (!Array.isArray(move)) return move
  const [of, what] = move
  if (typeof what === 'number') {
    return { kind: 'backtest', version: of, summary: summary(hashes[of - 1] ?? '', what), ...WHO }
  }
  if (what === 'percentage') return { kind: what, version: of, share: 0.5, ...WHO }
  return { kind: what as 'shadow' | 'live' | 'retire', version: of, ...WHO }
}
