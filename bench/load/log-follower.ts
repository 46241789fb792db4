/*
 * A process that follows a log which another one writes: reads what is new once a second and says how many records it
 * has seen.
 */
import { openReader } from '../../src/serving/index.ts'
import { settingsOfChild, tellParent } from '../../src/serving/testing/child.ts'
import { faultApplication } from '../../src/serving/testing/fault-application.ts'

export interface LogFollowerMessage {
  readonly records: number
  readonly head: number
}

const { directory } = settingsOfChild<{ directory: string }>()
const reader = openReader(faultApplication(), { directory, clock: Date.now })
let records = 0
let next = 1
setInterval(() => {
  for (const batch of reader.log.read(next)) {
    records += batch.records.length
    next = batch.firstOffset + batch.records.length
  }
  tellParent({ records, head: reader.log.head } satisfies LogFollowerMessage)
}, 1_000)
process.on('disconnect', () => process.exit())
