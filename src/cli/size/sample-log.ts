import type { Application } from '../../application/index.ts'
import type { EventLog } from '../../data/index.ts'
import { WorkloadSurvey } from '../../features/index.ts'
import type { SizeSample } from './estimate-size.ts'

/** Records that are looked at, from the beginning of the log: descriptions come before what they describe. */
const MOST_RECORDS = 1_000_000
const SEPARATOR = 2

/** What a log shows of its workload; undefined when it has no events. */
export function sampleLog(
  { schema, aggregates }: Application,
  log: EventLog,
  update: (done: number, total: number) => void = () => undefined,
): SizeSample | undefined {
  const survey = new WorkloadSurvey(schema, aggregates)
  const bytes = new Map<string, { records: number; bytes: number }>()
  let records = 0
  for (const batch of log.read()) {
    for (const record of batch.records) {
      if (record.type.startsWith('$')) continue
      survey.add(record)
      records++
      const known = bytes.get(record.type) ?? { records: 0, bytes: 0 }
      known.records++
      known.bytes += Buffer.byteLength(JSON.stringify(record)) + SEPARATOR
      bytes.set(record.type, known)
    }
    update(records, Math.min(log.head, MOST_RECORDS))
    if (records >= MOST_RECORDS) break
  }
  const workload = survey.finish()
  if (Object.keys(workload.events).length === 0 || workload.days === 0) return undefined
  const means = [...bytes].map(([type, total]) => [type, total.bytes / total.records])
  return { records, workload, recordBytes: Object.fromEntries(means) }
}
