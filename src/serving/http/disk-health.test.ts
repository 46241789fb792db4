import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { manualClock, SluiceError } from '../../foundation/index.ts'
import { DiskHealth } from './disk-health.ts'

const FULL = new SluiceError('DISK_FULL', 'disk: expected room, got none')

describe('the health of the disk', () => {
  it('is bad after a refused write, until one is taken or some time has passed', async () => {
    const clock = manualClock(0)
    const disk = new DiskHealth(clock, () => 0)
    assert.equal(disk.isRefusing, false)
    await assert.rejects(disk.watch(Promise.reject(FULL)), FULL)
    assert.equal(disk.isRefusing, true)
    assert.equal(await disk.watch(Promise.resolve(7)), 7)
    assert.equal(disk.isRefusing, false)
    await assert.rejects(disk.watch(Promise.reject(FULL)), FULL)
    clock.advance(9_999)
    assert.equal(disk.isRefusing, true)
    clock.advance(1)
    assert.equal(disk.isRefusing, false)
  })

  it('is bad when the log lost decisions of its own', () => {
    let lost = 3
    const disk = new DiskHealth(manualClock(0), () => lost)
    assert.equal(disk.isRefusing, false)
    lost = 4
    assert.equal(disk.isRefusing, true)
  })

  it('does not hang on other failures', async () => {
    const disk = new DiskHealth(manualClock(0), () => 0)
    await assert.rejects(disk.watch(Promise.reject(new Error('no'))), /no/)
    assert.equal(disk.isRefusing, false)
  })
})
