import { parseArgs } from 'node:util'
import { randomFrom } from '../src/foundation/index.ts'
import {
  CANDIDATE_KIND,
  cap,
  deduplicate,
  determinantal,
  diversify,
  explainPage,
  exploration,
  type PageCandidates,
  type PageRule,
  quota,
  type RerankOptions,
  rerank,
  slidingWindow,
  sponsored,
} from '../src/reranking/index.ts'
import { pageFaults } from '../src/reranking/testing/page-faults.ts'
import { randomPage } from '../src/reranking/testing/random-pages.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, pages: { type: 'string', default: '0' } },
})
const SEED = Number(values.seed)
const ROUNDS = 2000
const WARM_UP = 300
const WIDTH = 64
const NOW = 1_700_000_000_000
const HOUR_MS = 3_600_000

/** The rules of the video application. */
const FEW_RULES = [
  deduplicate('video.title'),
  diversify({ by: 'video.genres', lambda: 0.7 }),
  cap({ by: 'video.creator', perPage: 2 }),
  sponsored({ slots: [3, 10], minimumDistance: 4 }),
]

/** Every kind of rule. */
const ALL_RULES = [
  deduplicate('video.title'),
  determinantal({ lambda: 0.7 }),
  cap({ by: 'video.creator', perPage: 2 }),
  cap({ by: 'video.genres', perPage: 12 }),
  slidingWindow({ by: 'video.genres', most: 3, within: 5 }),
  slidingWindow({ by: 'video.creator', most: 1, within: 4 }),
  quota({ by: 'video.publishedAt', maxAge: '1d', least: 4, among: 12 }),
  quota({ by: 'video.genres', value: 7, least: 3 }),
  sponsored({ slots: [3, 10], minimumDistance: 4, notBeside: ['video.creator', 'video.genres'] }),
  exploration({ slots: [8] }),
]

interface Case {
  readonly name: string
  readonly candidates: PageCandidates
  readonly rules: readonly PageRule[]
  readonly options: RerankOptions
}

function caseOf(name: string, count: number, limit: number, creators: number, rules: readonly PageRule[]): Case {
  const random = randomFrom(SEED, 'rerank', count, creators)
  const list = (most: number, of: number) =>
    Array.from({ length: count }, () => Int32Array.from({ length: 1 + random.integer(most) }, () => random.integer(of)))
  const published = Array.from({ length: count }, () => [Math.floor(NOW - random.exponential() * 240 * HOUR_MS)])
  const table: Record<string, ArrayLike<number>[]> = {
    'video.title': list(1, count * 4),
    'video.genres': list(4, 18),
    'video.creator': list(1, creators),
    'video.publishedAt': published,
  }
  return {
    name,
    candidates: {
      items: Int32Array.from({ length: count }, (_, item) => item),
      scores: Float64Array.from({ length: count }, () => random.normal()),
      kinds: Uint8Array.from({ length: count }, () => {
        const draw = random.uniform()
        if (draw < 0.02) return CANDIDATE_KIND.sponsored
        return draw < 0.03 ? CANDIDATE_KIND.exploration : CANDIDATE_KIND.organic
      }),
    },
    rules,
    options: {
      limit,
      at: NOW,
      attributes: (path, item) => table[path]?.[item] ?? [],
      vectors: { width: WIDTH, of: clusteredVectors(count) },
    },
  }
}

/** Items of 40 topics, so that some are alike and most are not. */
function clusteredVectors(count: number): Float32Array {
  const random = randomFrom(SEED, 'vectors', count)
  const topics = Float64Array.from({ length: 40 * WIDTH }, () => random.normal())
  const vectors = new Float32Array(count * WIDTH)
  for (let item = 0; item < count; item++) {
    const topic = random.integer(40) * WIDTH
    for (let at = 0; at < WIDTH; at++) vectors[item * WIDTH + at] = topics[topic + at]! + 0.7 * random.normal()
  }
  return vectors
}

const CASES = [
  caseOf('100 -> 20, rules of the video application', 100, 20, 60, FEW_RULES),
  caseOf('500 -> 30, rules of the video application', 500, 30, 200, FEW_RULES),
  caseOf('500 -> 30, rules of the video application, 10 creators', 500, 30, 10, FEW_RULES),
  caseOf('500 -> 30, every kind of rule, vectors of 64', 500, 30, 200, ALL_RULES),
  caseOf('100 -> 30, every kind of rule, vectors of 64', 100, 30, 60, ALL_RULES),
  caseOf('100 -> 100, every kind of rule, vectors of 64', 100, 100, 90, ALL_RULES),
]

/** Times of every case, interleaved so that a noisy second falls on all of them. */
function measure(): Record<string, unknown>[] {
  const works = CASES.flatMap(({ candidates, rules, options }) => [
    () => rerank(candidates, rules, options),
    () => explainPage(candidates, rules, options),
  ])
  const micros = works.map(() => new Float64Array(ROUNDS))
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    works.forEach((work, index) => {
      const start = performance.now()
      work()
      if (round >= 0) micros[index]![round] = (performance.now() - start) * 1000
    })
  }
  return CASES.map((one, index) => {
    const page = rerank(one.candidates, one.rules, one.options)
    return {
      case: one.name,
      page: percentiles(micros[2 * index]!),
      explained: percentiles(micros[2 * index + 1]!),
      items: page.page.length,
      givenUp: page.givenUp,
      backfill: page.backfill ?? 'not needed',
    }
  })
}

function percentiles(micros: Float64Array): { p50Micros: number; p99Micros: number } {
  micros.sort()
  return { p50Micros: Math.round(micros[ROUNDS / 2]!), p99Micros: Math.round(micros[Math.floor(ROUNDS * 0.99)]!) }
}

/** Random pages under random rules, each checked by counting. */
function checkRandomPages(pages: number): Record<string, unknown> {
  const totals = { pages, broken: 0, backfilled: 0, improved: 0, cutShort: 0, short: 0, namedGivingUp: 0 }
  const start = process.cpuUsage().user
  for (let page = 0; page < pages; page++) {
    const random = randomPage(SEED, page, { mostCandidates: 24, longestPage: 12 })
    const solved = rerank(random.candidates, random.rules, random.options)
    if (pageFaults(random, solved).length > 0) totals.broken++
    if (solved.backfill) totals.backfilled++
    if (solved.backfill && solved.backfill.from > 0) totals.improved++
    if (solved.backfill?.cutShort) totals.cutShort++
    if (solved.short) totals.short++
    if (solved.givenUp.length > 0) totals.namedGivingUp++
  }
  return { ...totals, cpuSeconds: Math.round((process.cpuUsage().user - start) / 1e6) }
}

const pages = Number(values.pages)
const report = {
  command: `node bench/rerank.bench.ts --seed ${SEED} --pages ${pages}`,
  data: 'generated: normal scores, 18 genres, vectors of 40 topics; 2 % sponsored, 1 % exploration',
  rounds: ROUNDS,
  cases: measure(),
  ...(pages > 0 ? { randomPages: checkRandomPages(pages) } : {}),
}
console.log(JSON.stringify(report, undefined, 2))
