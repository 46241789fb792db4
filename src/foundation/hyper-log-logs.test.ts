import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { hashString53 } from './hash.ts'
import { Cardinality, HyperLogLogs } from './hyper-log-logs.ts'
import { randomFrom } from './random.ts'

/** The estimate of some sketches together. */
function estimate(sketches: HyperLogLogs, list: readonly number[]): number {
  const cardinality = new Cardinality(sketches.precision)
  for (const sketch of list) sketches.mergeInto(cardinality, sketch)
  return cardinality.estimate()
}

/** The errors of estimates of `count` names, relative, over seeds. */
function errors(precision: number, count: number, seeds: number): number[] {
  const cardinality = new Cardinality(precision)
  return Array.from({ length: seeds }, (_, seed) => {
    cardinality.reset()
    for (let index = 0; index < count; index++) cardinality.add(hashString53(`${seed}/${index}`))
    return cardinality.estimate() / count - 1
  })
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the number of different hashes', () => {
  it('has the stated standard error and no bias, over many seeds and sizes', () => {
    for (const precision of [7, 9, 11]) {
      const stated = 1.04 / Math.sqrt(1 << precision)
      for (const count of [1 << (precision - 2), 1 << precision, 5 << precision, 20 << precision]) {
        const seeds = count > 20_000 ? 100 : 300
        const found = errors(precision, count, seeds)
        const deviation = Math.sqrt(mean(found.map((error) => error * error)))
        // A standard deviation of 100 normal values lies within 25 % of the true one, a mean within 0.4 of it.
        assert.ok(deviation < stated * 1.25, `${precision} ${count}: ${deviation} against ${stated}`)
        assert.ok(Math.abs(mean(found)) < stated * 0.4, `${precision} ${count}: bias ${mean(found)}`)
      }
    }
  })

  it('is that of the union, however the hashes were divided and repeated', () => {
    const random = randomFrom(1, 'union')
    const sketches = new HyperLogLogs(8)
    for (const size of [1, 3, 30, 300, 3000]) {
      const list = Array.from({ length: 7 }, () => sketches.open())
      const alone = new Cardinality(8)
      for (let index = 0; index < size * 2; index++) {
        const hash = hashString53(`${size}/${random.integer(size)}`)
        sketches.add(list[random.integer(list.length)]!, hash)
        alone.add(hash)
      }
      assert.equal(estimate(sketches, list), alone.estimate(), String(size))
    }
  })

  it('is exact for a few, and 0 for none', () => {
    const sketches = new HyperLogLogs(11)
    const sketch = sketches.open()
    assert.equal(estimate(sketches, [sketch]), 0)
    for (let index = 0; index < 10; index++) {
      sketches.add(sketch, hashString53(`name ${index}`))
      assert.equal(Math.round(estimate(sketches, [sketch])), index + 1)
    }
  })

  it('goes up to billions', () => {
    const cardinality = new Cardinality(10)
    const random = randomFrom(5, 'registers')
    // The registers of n hashes without drawing them: each is the largest rank of about n / registers geometric ones.
    const count = 4e9
    for (let register = 0; register < 1024; register++) {
      cardinality.raise(register, Math.ceil(-Math.log2(-Math.expm1((Math.log(1 - random.uniform()) * 1024) / count))))
    }
    assert.ok(Math.abs(cardinality.estimate() / count - 1) < 0.13, String(cardinality.estimate()))
  })

  it('is not that of a sketch that was closed, whose place is used again', () => {
    const sketches = new HyperLogLogs(6)
    const names = Array.from({ length: 100 }, (_, index) => hashString53(`n${index}`))
    let bytes = 0
    for (let round = 0; round < 50; round++) {
      const sketch = sketches.open()
      assert.equal(estimate(sketches, [sketch]), 0)
      for (const each of names) sketches.add(sketch, each)
      sketches.close(sketch)
      if (round === 0) bytes = sketches.bytes()
    }
    assert.equal(sketches.bytes(), bytes)
  })

  it('is the same after being saved and loaded, and goes on to the same bytes', () => {
    const save = (sketches: HyperLogLogs, list: readonly number[]) => {
      const writer = new ByteWriter()
      sketches.save(writer, list)
      return writer.finish()
    }
    const sketches = new HyperLogLogs(7)
    const [a, gone, b] = [sketches.open(), sketches.open(), sketches.open()]
    sketches.close(gone)
    for (let index = 0; index < 300; index++) {
      sketches.add(b, hashString53(`n${index}`))
      if (index === 20) sketches.add(a, hashString53('alone'))
      if (index % 20 > 0) continue
      const copy = new HyperLogLogs(7)
      copy.load(new ByteReader(save(sketches, [a, b]), 'DIRECTORY_CORRUPT'))
      assert.equal(estimate(copy, [0, 1]), estimate(sketches, [a, b]))
      copy.add(1, hashString53('next'))
      const twin = new HyperLogLogs(7)
      twin.load(new ByteReader(save(sketches, [b]), 'DIRECTORY_CORRUPT'))
      twin.add(0, hashString53('next'))
      assert.deepEqual(save(copy, [1]), save(twin, [0]))
    }
  })
})
