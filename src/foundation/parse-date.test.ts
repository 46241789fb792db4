import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseDate } from './parse-date.ts'

describe('a text', () => {
  it('is a date in the forms that data sets use, in UTC', () => {
    const newYear1995 = 788_918_400_000 // date -u -d 1995-01-01 +%s
    for (const text of ['01-Jan-1995', '1995', '1995-01-01', '1995-01-01 00:00:00', '1995-01-01T01:00:00+01:00']) {
      assert.equal(parseDate(text), newYear1995, text)
    }
    for (const text of ['', 'soon', '01-Foo-1995', '1/1/1995', '1995-13-01'])
      assert.equal(parseDate(text), undefined, text)
    assert.equal(parseDate('04-Feb-1971'), 34_473_600_000)
  })
})
