import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { CellReader } from './cell-number.ts'

const TAB = 9

describe('a number in the bytes of a table', () => {
  const read = (text: string): number | undefined => {
    const cells = new CellReader(new TextEncoder().encode(`${text}\n`))
    const value = cells.next(TAB)
    return cells.failed ? undefined : value
  }

  it('is the double that JavaScript reads in its text, however it is written', () => {
    const written = fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 })
      .chain((value) =>
        fc.constantFrom(
          String(value),
          value.toFixed(5).slice(0, 30).replace(/e.*/, ''),
          value.toExponential(3),
          value.toPrecision(17),
          String(Math.trunc(value % 1e9)),
          `+${Math.abs(value % 1000).toFixed(6)}`,
        ),
      )
    fc.assert(
      fc.property(written, (text) => assert.equal(read(text), Number(text), text)),
      { seed: 4, numRuns: 3000 },
    )
  })

  it('is written with up to any number of digits', () => {
    for (const text of [
      '.5',
      '5.',
      '-0',
      '123456789',
      '1234567890',
      '2147483648',
      '0.1234567890123456789',
      '1e-7',
      '1E5',
    ]) {
      assert.equal(read(text), Number(text), text)
    }
  })

  it('may be missing, or beyond all doubles', () => {
    for (const text of ['', 'nan', 'NaN', 'NA', 'null', ' ']) assert.equal(read(text), Number.NaN, text)
    assert.equal(read('inf'), 1e308)
    assert.equal(read('-Infinity'), -1e308)
    assert.equal(read('1e999'), 1e308)
  })

  it('has blanks around it and ends at the next cell or line', () => {
    const cells = new CellReader(new TextEncoder().encode(' 1.5 \t-2\r\n'))
    assert.deepEqual([cells.next(TAB), cells.at++], [1.5, 5])
    assert.deepEqual([cells.next(TAB), cells.at], [-2, 9])
  })

  it('is nothing else', () => {
    for (const text of ['x', '1.2.3', '1-2', '--1', '0x10', '1e', '1,5', '.', '-', 'nano', '1 2']) {
      assert.equal(read(text), undefined, text)
    }
  })
})
