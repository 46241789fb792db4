import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bandEdges, bandName, bandOf } from './amount-bands.ts'
import { DecisionStreams } from './decision-streams.ts'

describe('streams', () => {
  it('of many limits are about eight of them, the smallest and the largest among these', () => {
    const limits = Array.from({ length: 50 }, (_, at) => 100 + at * 10)
    const edges = bandEdges(limits)
    assert.deepEqual([edges[0], edges.at(-1)], [80, 590])
    assert.equal(edges.filter((edge) => limits.includes(edge)).length >= 8, true)
    assert.ok(edges.length <= 16)
  })

  it('have bands about limits, the one just under each limit by itself', () => {
    const edges = bandEdges([200, 5])
    assert.deepEqual(edges, [4, 5, 160, 200])
    assert.deepEqual(
      [0, 4, 4.5, 199, 200, 201].map((amount) => bandOf(edges, amount)),
      [0, 0, 1, 3, 3, 4],
    )
    assert.deepEqual(
      [0, 3, 4].map((band) => bandName(edges, band)),
      ['up to 4', 'above 160 up to 200', 'above 200'],
    )
    assert.equal(bandName([], 0), 'any amount')
  })

  it('have a name for every signal that fires at a decision', () => {
    const streams = new DecisionStreams(['velocity', 'ring'])
    const reasons = [
      { source: 'rule', name: 'ring' },
      { source: 'model', name: 'velocity' },
    ]
    const record = { id: 'x', type: '$decision', at: 0, probability: 0.02, action: 'block', alert: 'action', reasons }
    const names = streams.fired(record).map((signal) => streams.streamName(signal))
    assert.deepEqual(names, ['probability above 0.01 up to 0.03', 'action block', 'any alert', 'rule ring'])
    const silent = streams.fired({ ...record, probability: null, action: 'allow', alert: null, reasons: [] })
    assert.deepEqual(
      silent.map((signal) => streams.streamName(signal)),
      ['no probability', 'action allow'],
    )
  })
})
