import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assert as assertState, ERROR_CODES, isSluiceError, SluiceError } from './sluice-error.ts'

describe('a SluiceError', () => {
  it('carries its code, its cause and its details', () => {
    const cause = new RangeError('inner')
    const error = new SluiceError('DISK_FULL', 'disk: full', { cause, details: { free: 0 } })
    assert.ok(error instanceof Error)
    assert.deepEqual(
      [error.name, error.code, error.message, error.cause, error.details],
      ['SluiceError', 'DISK_FULL', 'disk: full', cause, { free: 0 }],
    )
    assert.match(String(error.stack), /^SluiceError: disk: full/)
    assert.ok(!('cause' in new SluiceError('INTERNAL', 'x')))
  })

  it('is told from other errors, and by its code', () => {
    const error = new SluiceError('NO_MODEL', 'x')
    assert.ok(isSluiceError(error) && isSluiceError(error, 'NO_MODEL'))
    assert.ok(!isSluiceError(error, 'INTERNAL'))
    for (const other of [new Error('x'), { code: 'NO_MODEL', name: 'SluiceError' }, 'NO_MODEL', undefined, null]) {
      assert.ok(!isSluiceError(other) && !isSluiceError(other, 'NO_MODEL'))
    }
  })

  it('has codes that are written one way and stand once', () => {
    assert.equal(new Set(ERROR_CODES).size, ERROR_CODES.length)
    for (const code of ERROR_CODES) assert.match(code, /^[A-Z]+(_[A-Z]+)*$/)
  })
})

describe('assert', () => {
  it('does nothing when the condition holds, and otherwise throws what is no SluiceError', () => {
    assertState(1, 'holds')
    for (const condition of [false, 0, '', undefined, null, Number.NaN]) {
      assert.throws(
        () => assertState(condition, 'the state'),
        (error) => !isSluiceError(error) && (error as Error).message === 'assertion failed: the state',
      )
    }
  })
})
