import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, type Random, randomFrom } from '../foundation/index.ts'
import { temporaryFolder } from '../testing/index.ts'
import { type ModelVersion, RowProfiler } from '../training/index.ts'
import { LiveShifts } from './live-shifts.ts'
import { RowShift } from './row-shift.ts'

const START = Date.UTC(2026, 4, 4)
const NAMES = ['amount', 'weekend', 'hour', 'device']
const ROWS_AN_HOUR = 100

/** Amounts of no rhythm, what follows from the clock, and a device that is known of every other. */
function rowAt(at: number, random: Random, amounts = 0): Float64Array {
  const day = new Date(at).getUTCDay()
  const device = random.uniform() < 0.5 ? Number.NaN : random.uniform()
  return Float64Array.of(random.normal() + amounts, Number(day === 0 || day === 6), (at % DAY_MS) / HOUR_MS, device)
}

function profileOf(days: number) {
  const [random, profiler] = [randomFrom(1), new RowProfiler(NAMES, { seed: 1, expected: days * 24 * ROWS_AN_HOUR })]
  for (let row = 0; row < days * 24 * ROWS_AN_HOUR; row++) {
    const at = START + (row * HOUR_MS) / ROWS_AN_HOUR
    profiler.add({ id: `p${row}`, at }, () => rowAt(at, random))
  }
  return profiler.finish()!
}

const PROFILE = profileOf(21)

/** Days in service behind the profile; from a day on amounts are larger, and devices never known. */
function serve(shift: Pick<RowShift, 'add'>, days: number, shiftedFrom = days, from = 0) {
  const random = randomFrom(2, 'served', from)
  const alarms = []
  for (let row = from * 24 * ROWS_AN_HOUR; row < days * 24 * ROWS_AN_HOUR; row++) {
    const at = START + 30 * DAY_MS + (row * HOUR_MS) / ROWS_AN_HOUR
    const isShifted = row >= shiftedFrom * 24 * ROWS_AN_HOUR
    const values = rowAt(at, random, isShifted ? 1 : 0)
    if (isShifted) values[3] = Number.NaN
    alarms.push(...shift.add(values, at))
  }
  return alarms
}

describe('the shift of rows', () => {
  it('is told once of each column that is spread otherwise, and of none that follows the clock', () => {
    const shift = new RowShift('v1', PROFILE)
    const alarms = serve(shift, 16, 14)
    assert.deepEqual(alarms.map(({ feature }) => feature).sort(), ['amount', 'device'])
    for (const { at, words } of alarms) {
      assert.ok(at > START + 44 * DAY_MS && at <= START + 45 * DAY_MS)
      assert.match(words, /^(amount|device) is spread otherwise than when v1 was judged: /)
    }
    const { columns, isKnown, rows } = shift.report(2)
    assert.deepEqual([isKnown, columns.map(({ feature }) => feature).sort()], [true, ['amount', 'device']])
    assert.ok(rows > 23 * ROWS_AN_HOUR && rows <= 24 * ROWS_AN_HOUR)
    assert.ok(columns.every((each) => each.limit !== null && each.shift > each.limit))
  })

  it('is not told where there is none, nor before a whole day and a thousand rows were seen', () => {
    assert.deepEqual(serve(new RowShift('v1', PROFILE), 60), [])
    const early = new RowShift('v1', PROFILE)
    assert.deepEqual(serve(early, 0.9, 0), [])
    assert.deepEqual([early.report(9).isKnown, early.shifts()], [false, []])
    // A profile of one day cannot know what days differ by.
    const ofADay = new RowShift('v1', profileOf(1))
    assert.deepEqual(serve(ofADay, 5, 0), [])
    assert.ok(ofADay.shifts().some(({ shift, limit }) => shift > 1 && limit === null))
  })

  it('looks at a share of what comes in a rush, and passes over what is late by a day', () => {
    const shift = new RowShift('v1', PROFILE)
    for (let row = 0; row < 500; row++) shift.add(rowAt(START, randomFrom(row)), START)
    assert.equal(shift.report(1).rows, 50)
    shift.add(rowAt(START, randomFrom(1)), START - 2 * DAY_MS)
    assert.equal(shift.report(1).rows, 50)
  })

  it('goes on where it was saved, and begins anew with another version', () => {
    const directory = temporaryFolder()
    const versionOf = (version: string) => ({ version, rows: PROFILE }) as ModelVersion
    const watch = (shifts: LiveShifts, version = 'v1') => ({
      add: (row: Float64Array, at: number) => shifts.scored('fraud', versionOf(version), row, at),
    })
    const [whole, first] = [new LiveShifts(), new LiveShifts()]
    const expected = [...serve(watch(whole), 15, 14), ...serve(watch(whole), 16, 14, 15)]
    serve(watch(first), 15, 14)
    first.save(directory)
    const second = new LiveShifts()
    assert.equal(second.load(directory), undefined)
    assert.equal(second.report('fraud'), undefined)
    serve(watch(second), 16, 14, 15)
    assert.deepEqual(second.report('fraud'), whole.report('fraud'))
    assert.ok(expected.length >= 2)
    serve(watch(second, 'v2'), 16.01, 14, 16)
    const { version, isKnown, alarms } = second.report('fraud')!
    assert.deepEqual([version, isKnown, alarms.length], ['v2', false, expected.length])
    assert.deepEqual(second.scored('fraud', undefined, new Float64Array(4), START), [])
  })
})
