import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { requireNode } from './require-node.ts'

describe('requireNode', () => {
  it('accepts 22.18 and everything newer', () => {
    for (const version of ['22.18.0', 'v22.18.0', '22.21.1', '23.0.0', '24.21.0', '100.0.0']) requireNode(version)
  })

  it('refuses an older Node, or one that it cannot read, and says what to do', () => {
    for (const version of ['22.17.9', '20.20.2', 'v18.0.0', '2.99.0', '', 'unknown']) {
      assert.throws(
        () => requireNode(version),
        (error) => isSluiceError(error, 'UNSUPPORTED_RUNTIME') && error.message.includes('install a newer Node'),
        version,
      )
    }
  })
})
