import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseBoolean, parseNumber, yearInText } from './cell-value.ts'

describe('the value of a cell', () => {
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
