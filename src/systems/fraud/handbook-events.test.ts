import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openDataDirectory, openEventLog } from '../../data/index.ts'
import { DAY_MS, isSluiceError } from '../../foundation/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { type HandbookEvent, readHandbookEvents } from './handbook-events.ts'
import { importHandbook } from './import-handbook.ts'
import { fraudSchema } from './schema.ts'

const START_MS = Date.UTC(2018, 3, 1)
const HEADER = 'TRANSACTION_ID,TX_TIME_SECONDS,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO'
const DAY = 86_400
const APRIL = [`0,31,596,3156,57.16,0,0`, `1,${DAY},4961,3412,81.51,1,2`, `2,${2 * DAY},4961,3412,8,1,3`]
const MAY = [`3,${8 * DAY},1,2,3.5,0,0`, `4,${8 * DAY + 1},1,2,4,0,0`, `5,${30 * DAY},1,2,400,1,1`]

const real = fileURLToPath(new URL('../../../../shared/data/fraud-handbook/', import.meta.url))
const absent = existsSync(real) ? false : `needs the data set in ${real}`

async function collect(events: AsyncIterable<HandbookEvent>): Promise<HandbookEvent[]> {
  const all: HandbookEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('the events of the fraud handbook', () => {
  const folder = temporaryFolder()
  const write = (name: string, rows: readonly string[]) => {
    const path = join(folder, name)
    const text = Buffer.from([HEADER, ...rows, ''].join('\n'))
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
    return path
  }
  const april = write('transactions-2018-04.csv.gz', APRIL)
  const may = write('transactions-2018-05.csv', MAY)

  it('are payments without their label and reports seven days later, merged in the order of time over all files', async () => {
    const events = await collect(readHandbookEvents([may, april]))
    assert.deepEqual(
      events.map(({ record }) => `${record.id} ${(record.at - START_MS) / 1000}`),
      [
        'p0 31',
        `p1 ${DAY}`,
        `p2 ${2 * DAY}`,
        `p3 ${8 * DAY}`,
        `r1 ${8 * DAY}`,
        `p4 ${8 * DAY + 1}`,
        `r2 ${9 * DAY}`,
        `p5 ${30 * DAY}`,
        `r5 ${37 * DAY}`,
      ],
    )
    const [first] = events
    assert.deepEqual(first?.record, {
      id: 'p0',
      type: 'payment',
      at: START_MS + 31_000,
      card: '596',
      terminal: '3156',
      amount: 57.16,
    })
    const { id: _, at, ...report } = events[4]!.record
    assert.deepEqual(report, { type: 'report', payment: 'p1', card: '4961', terminal: '3412', fraud: true })
    assert.deepEqual(
      events.map(({ scenario }) => scenario),
      [0, 2, 3, 0, undefined, 0, undefined, 1, undefined],
    )
    assert.ok(events.every(({ record }) => record.type === 'report' || !('fraud' in record || 'scenario' in record)))
  })

  it('come into a log once, with rows that are none in the quarantine', async () => {
    const broken = write('transactions-2018-06.csv', [
      `6,${40 * DAY},1,2,5,0,0`,
      `7,${39 * DAY},1,2,5,0,0`,
      `8,${41 * DAY},1,2,5,,0`,
      `9,x,1,2,5,0,0`,
      '10,1',
      `11,${41 * DAY},1,2,-5,0,0`,
    ])
    const clock = () => 1_800_000_000_000
    const directory = openDataDirectory(join(folder, 'data'), { mode: 'write', clock })
    const log = openEventLog(directory, { schema: fraudSchema, clock })
    const seen: number[] = []
    const onProgress = ({ bytesRead }: { bytesRead: number }) => seen.push(bytesRead)
    const { accepted, rejected, files } = await importHandbook(log, [april, may, broken], { onProgress })
    assert.deepEqual([accepted, rejected], [10, 5])
    assert.equal(files.length, 3)
    assert.ok(seen.every((bytes, index) => index === 0 || bytes >= seen[index - 1]!))
    const times = [...log.read()].flatMap(({ records }) => records.map(({ at }) => at))
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    const again = await importHandbook(log, [april, may, broken])
    assert.deepEqual([again.accepted, again.duplicates], [0, 10])
    await log.close()
    await directory.close()
    await assert.rejects(collect(readHandbookEvents([broken])), (error) => isSluiceError(error, 'MALFORMED_ROW'))
  })

  it('are those of a real file, counted row by row', { skip: absent }, async () => {
    const paths = [join(real, 'transactions-2018-08.csv.gz')]
    const rows = paths.flatMap((path) => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n').slice(1))
    const frauds = rows.map((row) => row.split(',')).filter((cells) => cells[5] === '1')
    let [payments, newest] = [0, 0]
    const reports: string[] = []
    for await (const { record } of readHandbookEvents(paths)) {
      assert.ok(record.at >= newest)
      newest = record.at
      if (record.type === 'payment') payments++
      else reports.push(`${record.payment} ${(record.at - 7 * DAY_MS - START_MS) / 1000} ${record.card}`)
    }
    assert.equal(payments, rows.length)
    assert.deepEqual(
      reports,
      frauds.map((cells) => `p${cells[0]} ${cells[1]} ${cells[2]}`),
    )
  })
})
