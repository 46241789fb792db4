import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { FeatureState } from '../features/index.ts'
import { isSluiceError } from '../foundation/index.ts'
import { defineSchema } from '../problem/index.ts'
import { saveSnapshot } from './state-snapshot.ts'

const state = new FeatureState(defineSchema({ entities: { user: {} }, events: {} }), [])

describe('a snapshot', () => {
  it('is written whole, without a draft left beside it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-snapshot-'))
    try {
      saveSnapshot(state, folder)
      assert.ok(existsSync(join(folder, 'state.snapshot')))
      assert.ok(!existsSync(join(folder, 'state.snapshot.draft')))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('that cannot be written is a coded error', () => {
    const nowhere = join(tmpdir(), 'sluice-no-such-folder')
    assert.throws(
      () => saveSnapshot(state, nowhere),
      (error) => isSluiceError(error, 'DISK_FULL'),
    )
  })
})
