import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, MINUTE_MS, randomFrom } from '../../foundation/index.ts'
import { hourOfWeek } from './change-detector.ts'
import { type ChangeAlarm, ChangeWatch, type StreamFamily } from './change-watch.ts'
import { LearntShares } from './usual-shares.ts'

const START = Date.UTC(2025, 8, 1)
const FAMILY: StreamFamily = { name: 'payment', streamName: (signal) => ['night', 'rare'][signal]!, weights: [1, 1] }
const OPTIONS = { warmUpMs: DAY_MS, referenceMs: 21 * DAY_MS }

/** Ten events an hour; `night` has a rhythm that is steep, `rare` is one in a hundred, and more from a moment on. */
function* events(seed: number, days: number, changeAt = Number.POSITIVE_INFINITY) {
  const random = randomFrom(seed)
  for (let offset = 0; offset * 6 * MINUTE_MS < days * DAY_MS; offset++) {
    const at = START + offset * 6 * MINUTE_MS
    const isNight = hourOfWeek(at) % 24 < 6
    const fired: number[] = []
    if (random.uniform() < (isNight ? 0.6 : 0.05)) fired.push(0)
    if (random.uniform() < (at < changeAt ? 0.01 : 0.2)) fired.push(1)
    yield { fired, at, offset }
  }
}

function alarmsOf(watch: ChangeWatch, all: Iterable<{ fired: number[]; at: number; offset: number }>): ChangeAlarm[] {
  return [...all].flatMap(({ fired, at, offset }) => watch.observe(0, fired, { at, offset }) ?? [])
}

describe('a change watch', () => {
  it('takes the rhythm of a week for no change: nights are nights', () => {
    for (const seed of [1, 2, 3]) assert.deepEqual(alarmsOf(new ChangeWatch([FAMILY], OPTIONS), events(seed, 60)), [])
  })

  it('tells within a day which stream moved and from when on, in words, and then keeps quiet about it', () => {
    const changeAt = START + 40.3 * DAY_MS
    const alarms = alarmsOf(new ChangeWatch([FAMILY], OPTIONS), events(4, 46, changeAt))
    assert.equal(alarms.length, 1)
    const [{ at, moved }] = alarms as [ChangeAlarm]
    assert.ok(at > changeAt && at < changeAt + DAY_MS)
    assert.equal(moved[0]!.stream, 'rare')
    assert.ok(Math.abs(moved[0]!.since.at - changeAt) < 8 * HOUR_MS)
    assert.match(
      moved[0]!.words,
      /^payment: "rare" more often than usual \(usually 0\.\d+ % .* most likely since 2025-10-11T/,
    )
  })

  it('gives the same when it is saved and loaded at any moment', () => {
    const all = [...events(5, 46, START + 40 * DAY_MS)]
    const whole = alarmsOf(new ChangeWatch([FAMILY], OPTIONS), all)
    for (const day of [0.5, 10, 30, 40.2, 44]) {
      const cut = Math.round(day * 240)
      const first = new ChangeWatch([FAMILY], OPTIONS)
      const before = alarmsOf(first, all.slice(0, cut))
      const second = new ChangeWatch([FAMILY], OPTIONS).load(first.save())
      assert.deepEqual([...before, ...alarmsOf(second, all.slice(cut))], whole)
    }
  })

  it('says what it does', () => {
    const watch = new ChangeWatch([FAMILY], OPTIONS)
    assert.equal(watch.phase(START), 'warming-up')
    watch.observe(0, [], { at: START, offset: 0 })
    assert.equal(watch.phase(START + DAY_MS), 'learning')
    assert.equal(watch.phase(START + 22 * DAY_MS), 'watching')
  })
})

describe('shares that were learnt', () => {
  it('lie about the true share, bounds wider for what is rare, and never at 0 for what was not seen', () => {
    const random = randomFrom(6)
    const shares = new LearntShares(3, 0.15)
    for (let hour = 0; hour < 28 * 24; hour++) {
      for (let left = 50; left > 0; left--) {
        shares.learn(
          [0.3, 0.01].flatMap((share, signal) => (random.uniform() < share ? [signal] : [])),
          START + hour * HOUR_MS,
        )
      }
    }
    for (const [signal, share] of [0.3, 0.01].entries()) {
      const all = Array.from({ length: 168 }, (_, hour) => shares.bounds(signal, hour))
      const inside = all.filter(({ least, most }) => least <= share && share <= most)
      assert.ok(inside.length > 120, `${signal}: ${inside.length}`)
      assert.ok(Math.abs(all.reduce((sum, { least, most }) => sum + (least + most) / 336, 0) - share) < share / 10)
      assert.ok(shares.clump(signal) < 1.5)
    }
    const { least, most } = shares.bounds(2, 5)
    assert.ok(least === 0 && most > 3 / 33_600 && most < 6 / 33_600)
  })

  it('know how far firings come in clumps', () => {
    const random = randomFrom(7)
    const shares = new LearntShares(1, 0)
    for (let hour = 0; hour < 28 * 24; hour++) {
      const isClump = random.uniform() < 0.2
      for (let event = 0; event < 50; event++) shares.learn(isClump && event < 8 ? [0] : [], START + hour * HOUR_MS)
    }
    assert.ok(shares.clump(0) > 5 && shares.clump(0) < 12, `${shares.clump(0)}`)
  })
})
