import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { builtInApplications, findApplication } from './built-in-applications.ts'

describe('the built-in applications', () => {
  it('are found by the name that they have themselves', () => {
    for (const [name, application] of Object.entries(builtInApplications)) {
      assert.equal(findApplication(name), application)
      assert.equal(application.name, name)
    }
  })

  it('are named when another is asked for', () => {
    for (const name of ['films', 'toString', '']) {
      assert.throws(
        () => findApplication(name),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT') && error.message.includes('one of video, movies'),
      )
    }
  })
})
