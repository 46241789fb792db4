import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseBoolean, parseDate, parseNumber, yearInText } from './cell-value.ts'

describe('the value of a cell', () => {
  it('is a date in the forms that data sets use, in UTC', () => {
    const newYear1995 = 788_918_400_000 // date -u -d 1995-01-01 +%s
    for (const text of ['01-Jan-1995', '1995', '1995-01-01', '1995-01-01 00:00:00', '1995-01-01T01:00:00+01:00']) {
      assert.equal(parseDate(text), newYear1995, text)
    }
    for (const text of ['', 'soon', '01-Foo-1995', '1/1/1995', '1995-13-01'])
      assert.equal(parseDate(text), undefined, text)
    assert.equal(parseDate('04-Feb-1971'), 34_473_600_000)
  })

  it('is the last year in parentheses', () => {
    assert.equal(yearInText('Toy Story (1995)'), Date.UTC(1995, 0, 1))
    assert.equal(yearInText('1984 (1956) (re-cut) (1984) (V)'), Date.UTC(1984, 0, 1))
    assert.equal(yearInText('Fawlty Towers (1975-1979)'), Date.UTC(1975, 0, 1))
    assert.equal(yearInText('2001: A Space Odyssey'), undefined)
  })

  it('is a number or a truth value, or stays as it is for the schema to refuse', () => {
    assert.equal(parseNumber('7', 0.5), 3.5)
    assert.equal(parseNumber('-1e3'), -1000)
    for (const text of ['', ' ', 'x', '1,5']) assert.equal(parseNumber(text), text)
    assert.deepEqual(['TRUE', '0', 'maybe'].map(parseBoolean), [true, false, 'maybe'])
  })
})
