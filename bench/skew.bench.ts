// A million feature vectors served by a process that is killed twenty times while late, doubled and disordered events
// come in; each is made again from the log and compared byte by byte. Exit 1 when a byte differs.
//
//   node bench/skew.bench.ts [--vectors 1000000] [--kills 20] [--decisions 1000] [--seed 1] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runSkew } from '../src/serving/testing/skew-run.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    vectors: { type: 'string', default: '1000000' },
    kills: { type: 'string', default: '20' },
    decisions: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
try {
  const started = performance.now()
  const report = await runSkew({
    directory,
    vectors: Number(values.vectors),
    kills: Number(values.kills),
    decisions: Number(values.decisions),
    seed: Number(values.seed),
    onProgress: (text) => process.stderr.write(`${text}\n`),
  })
  const holds =
    report.differingBytes === 0 &&
    report.misplaced === 0 &&
    report.vectors >= Number(values.vectors) &&
    report.plantedDifference === 1 &&
    report.differentDecisions === 0
  printReport('skew', { ...report, seconds: Math.round((performance.now() - started) / 1000), holds }, values.json)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
