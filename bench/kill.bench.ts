// A server is killed fifty times while callers append to it at the same time; what was acknowledged to them must stand in
// the log exactly once and be counted once. Exit 1 when it is not so.
//
//   node bench/kill.bench.ts [--kills 50] [--clients 8] [--life 1000] [--seed 1] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runKills } from '../src/serving/testing/kill-run.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    clients: { type: 'string', default: '8' },
    life: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})

const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
try {
  const started = performance.now()
  const report = await runKills({
    directory,
    kills: Number(values.kills),
    clients: Number(values.clients),
    longestLifeMs: Number(values.life),
    seed: Number(values.seed),
    onProgress: (text) => process.stderr.write(`${text}\n`),
  })
  const holds = report.lost + report.twice + report.foreign + report.countsDifferent === 0 && report.acknowledged > 0
  printReport('kill', { ...report, seconds: Math.round((performance.now() - started) / 1000), holds }, values.json)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
