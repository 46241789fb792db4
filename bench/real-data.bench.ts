// The built-in application `movies` on real ratings: imported from files, trained, and judged on the newest fifth of the
// likes (global-time split), beside the order of retrieval, "popular" and "random".
//
//   node bench/real-data.bench.ts --data ../shared/data [--sets ml-100k,movietweetings-100k]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { importFiles } from '../src/data/index.ts'
import { Engine } from '../src/serving/index.ts'
import { findApplication } from '../src/systems/index.ts'
import { type PageQuality, trainSystem } from '../src/training/index.ts'

const SETS: Record<string, { format: string; files: readonly string[] }> = {
  'ml-100k': { format: 'movielens-tsv', files: ['users.tsv.gz', 'items.tsv.gz', 'ratings.tsv.gz'] },
  'movietweetings-100k': { format: 'movietweetings', files: ['movies.dat.gz', 'ratings.dat.gz'] },
  'ml-1m': { format: 'movielens-tsv', files: ['users.tsv.gz', 'items.tsv.gz', 'ratings.tsv.gz'] },
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    sets: { type: 'string', default: 'ml-100k,movietweetings-100k' },
  },
})

for (const name of values.sets.split(',')) process.stdout.write(`${JSON.stringify(await measure(name))}\n`)

async function measure(name: string) {
  const set = SETS[name]
  if (!set) throw new Error(`expected one of ${Object.keys(SETS).join(', ')}, got ${name}`)
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const application = findApplication('movies')
  const engine = Engine.open(application, { directory, clock: Date.now })
  try {
    const files = set.files.map((file) => join(values.data, name, file))
    const imported = await importFiles(engine.log, files, { format: set.format })
    const started = performance.now()
    const options = { seed: 1, codeVersion: 'bench', nowMs: 0, maxAnswers: 3_000 }
    const { judgement, promoted } = await trainSystem(application, 'home', engine.log, engine.registry, options)
    const { ranking, pages } = judgement
    return {
      set: name,
      events: imported.accepted,
      rejected: imported.rejected,
      trainSeconds: Math.round((performance.now() - started) / 1000),
      promoted,
      subjects: pages?.subjects,
      pages:
        pages &&
        Object.fromEntries(
          (['model', 'retrieval', 'popular', 'random'] as const).map((way) => [way, figures(pages[way])]),
        ),
      lists: ranking && {
        count: ranking.lists,
        auc: {
          model: shown(ranking.model.auc),
          popular: shown(ranking.popular.auc),
          random: shown(ranking.random.auc),
        },
        ndcgAt10: {
          model: shown(ranking.model.ndcgAt10),
          popular: shown(ranking.popular.ndcgAt10),
          random: shown(ranking.random.ndcgAt10),
        },
      },
    }
  } finally {
    await engine.close()
    rmSync(directory, { recursive: true, force: true })
  }
}

function figures(quality: PageQuality) {
  const { recallAt100, ndcgAt10, hitRateAt10, meanReciprocalRankAt10, averagePrecisionAt10, coverageAt10 } = quality
  return {
    recallAt100: shown(recallAt100),
    ndcgAt10: shown(ndcgAt10),
    hitRateAt10: shown(hitRateAt10),
    mrrAt10: shown(meanReciprocalRankAt10),
    mapAt10: shown(averagePrecisionAt10),
    coverageAt10: Number(coverageAt10.toFixed(3)),
  }
}

function shown(value: { estimate: number; low: number; high: number } | null): string {
  return value ? `${value.estimate.toFixed(3)} [${value.low.toFixed(3)}, ${value.high.toFixed(3)}]` : 'undefined'
}
