import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ERROR_CODES, SluiceError } from '../../foundation/index.ts'
import { errorAnswer } from './error-answer.ts'

describe('the answer to a failure', () => {
  it('never shows what happened inside', () => {
    const secret = '/secret/path'
    const faults = [
      new Error(secret),
      new TypeError(secret),
      new SluiceError('MODEL_CORRUPT', secret),
      new SluiceError('INTERNAL', secret),
      Object.assign(new Error(secret), { statusCode: 500 }),
      new SluiceError('DISK_FULL', secret),
      secret,
    ]
    for (const fault of faults) {
      const { status, body, isFault } = errorAnswer(fault, 'req-7')
      assert.ok(!JSON.stringify(body).includes(secret))
      assert.deepEqual([status, isFault], body.error.code === 'DISK_FULL' ? [503, false] : [500, true])
      if (isFault) assert.match(body.error.message, /req-7/)
    }
  })

  it('has a status for every code, and 500 for those that are not the client’s', () => {
    const status = (code: (typeof ERROR_CODES)[number]): number =>
      errorAnswer(new SluiceError(code, 'what: expected, got'), 'req-1').status
    assert.deepEqual([status('INVALID_ARGUMENT'), status('UNKNOWN_DECISION'), status('OVERLOADED')], [400, 404, 503])
    for (const code of ERROR_CODES) assert.ok(status(code) >= 400, code)
  })
})
