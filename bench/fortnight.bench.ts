// Fourteen days of a generated video world as a closed loop: people open pages, a policy answers through the engine,
// they respond as the world's people do, and every midnight what learns is trained on all of the log. Every policy meets
// the same people, at the same moments, with the same luck, after the same days of the world's own policy:
//
// - popularity: what was long-watched most of late
// - logistic: one logistic regression over all candidates
// - two stages: the video service as it is, without exploration
// - two stages, exploring: the same with a share of all places for new videos
//
// Means a page come with intervals over people (a cluster bootstrap) and per seed; differences are page by page against
// the same page of another policy. A good new video is one of the best fifth by what the world knows; its audience is
// who is there within a day and among the quarter of people whom it suits best.
//
//   node bench/fortnight.bench.ts [--seeds 1,2,3] [--users 300] [--videos 900] [--budget 0.04] [--policies a,b] [--json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bootstrapMean, bootstrapMeanDifference, type Interval } from '../src/evaluation/index.ts'
import { DAY_MS } from '../src/foundation/index.ts'
import { createVideoWorld } from '../src/systems/index.ts'
import { type Discovery, discoveryOf, goodNewVideos, publicationTimes } from './load/fortnight-audience.ts'
import { fortnightPolicies } from './load/fortnight-policies.ts'
import { type Fortnight, type OpenedPage, runFortnight } from './load/fortnight-run.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    users: { type: 'string', default: '300' },
    videos: { type: 'string', default: '900' },
    days: { type: 'string', default: '14' },
    budget: { type: 'string', default: '0.04' },
    policies: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const WARM_UP_DAYS = 4
const PAGE_SIZE = 10
const LONG_WATCH_SECONDS = 30
const BOOTSTRAP = { seed: 1, samples: 1_000 }

/** What a page brought, each of shape (pages,). */
interface PageValues {
  readonly clicks: Float64Array
  readonly watchSeconds: Float64Array
  readonly longWatches: Float64Array
}

/** What a policy did in the worlds of all seeds. */
interface PolicyRuns {
  readonly pages: OpenedPage[]
  /** Shape (pages,): the person of each page, a number of its own in every world. */
  readonly people: number[]
  readonly seeds: Record<string, unknown>[]
}

const days = Number(values.days)
const wanted = values.policies?.split(',')
const policies = fortnightPolicies(Number(values.budget)).filter(({ name }) => wanted?.includes(name) ?? true)
const runs = new Map<string, PolicyRuns>(policies.map(({ name }) => [name, { pages: [], people: [], seeds: [] }]))

for (const seed of values.seeds.split(',').map(Number)) await runSeed(seed)

const report = Object.fromEntries([...runs].map(([name, run]) => [name, summaryOf(run)]))
const [simplest] = runs.values()
const best = runs.get('two stages, exploring') ?? [...runs.values()].at(-1)
const differences = Object.fromEntries(
  [...runs].filter(([, run]) => run !== best && best).map(([name, run]) => [name, differencesOf(best!, run)]),
)
const overPopularity = simplest && best && simplest !== best ? differencesOf(best, simplest) : undefined
printReport(
  'fortnight',
  {
    command: `node bench/fortnight.bench.ts --seeds ${values.seeds} --users ${values.users} --videos ${values.videos} --days ${days} --budget ${values.budget}`,
    world: { users: Number(values.users), videos: Number(values.videos), warmUpDays: WARM_UP_DAYS, days },
    policies: report,
    'the last policy minus': differences,
    holds: overPopularity === undefined || Object.values(overPopularity).every(({ low }) => low > 0),
  },
  values.json,
)

async function runSeed(seed: number): Promise<void> {
  const world = createVideoWorld({
    seed,
    users: Number(values.users),
    videos: Number(values.videos),
    days: WARM_UP_DAYS + days,
  })
  const fromMs = world.options.startMs + WARM_UP_DAYS * DAY_MS
  const published = publicationTimes(world)
  const creators = creatorsOf(world.catalogue())
  // The last day's videos have no day left in which to be found.
  const good = goodNewVideos(world, { fromMs, untilMs: fromMs + (days - 1) * DAY_MS })
  for (const policy of policies) {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-fortnight-'))
    const options = { directory, seed, warmUpDays: WARM_UP_DAYS, pageSize: PAGE_SIZE, maxAnswers: 50 }
    try {
      const done = await runFortnight(world, policy, options)
      const run = runs.get(policy.name)!
      const seen = seedReport(seed, done, discoveryOf(done.pages, published, good), creators)
      run.seeds.push(seen)
      for (const page of done.pages) {
        run.pages.push(page)
        run.people.push(seed * 1_000_000 + Number(page.user.slice(1)))
      }
      process.stderr.write(`${policy.name} ${JSON.stringify(seen)}\n`)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  }
}

function creatorsOf(catalogue: Iterable<{ readonly type: string; readonly [field: string]: unknown }>) {
  const creators = new Map<string, string>()
  for (const { type, video, creator } of catalogue) {
    if (type === 'video') creators.set(String(video), String(creator))
  }
  return creators
}

function seedReport(seed: number, done: Fortnight, discovery: Discovery, creators: ReadonlyMap<string, string>) {
  const { pages, trained, promoted, rankMs, trainMs } = done
  const counts = new Map<string, number>(Array.from(creators.values(), (creator) => [creator, 0]))
  for (const { videos } of pages) {
    for (const video of videos) counts.set(creators.get(video)!, counts.get(creators.get(video)!)! + 1)
  }
  const places = [...counts.values()].sort((a, b) => a - b)
  const total = places.reduce((sum, count) => sum + count, 0)
  const weighted = places.reduce((sum, count, index) => sum + (index + 1) * count, 0)
  return {
    seed,
    pages: pages.length,
    ...meansOf(valuesOf(pages)),
    exploredShare: pages.reduce((sum, { explored }) => sum + explored, 0) / total,
    largestCreatorShare: places.at(-1)! / total,
    creatorGini: (2 * weighted) / (places.length * total) - (places.length + 1) / places.length,
    catalogueShown: new Set(pages.flatMap(({ videos }) => videos)).size / creators.size,
    ...discovery,
    trained,
    promoted,
    rankMsPerPage: rankMs / pages.length,
    trainSeconds: trainMs / 1000 / Math.max(1, trained),
  }
}

function valuesOf(pages: readonly OpenedPage[]): PageValues {
  const of = (value: (page: OpenedPage) => number): Float64Array => Float64Array.from(pages, value)
  return {
    clicks: of(({ watched }) => watched.length),
    watchSeconds: of(({ watched }) => watched.reduce((sum, { seconds }) => sum + seconds, 0)),
    longWatches: of(({ watched }) => watched.filter(({ seconds }) => seconds >= LONG_WATCH_SECONDS).length),
  }
}

function meansOf(of: PageValues): Record<keyof PageValues, number> {
  const mean = (list: Float64Array): number => list.reduce((sum, value) => sum + value, 0) / list.length
  return { clicks: mean(of.clicks), watchSeconds: mean(of.watchSeconds), longWatches: mean(of.longWatches) }
}

function summaryOf({ pages, people, seeds }: PolicyRuns) {
  const options = { ...BOOTSTRAP, clusters: clustersOf(people) }
  const { clicks, watchSeconds, longWatches } = valuesOf(pages)
  return {
    clicks: bootstrapMean(clicks, options),
    watchSeconds: bootstrapMean(watchSeconds, options),
    longWatches: bootstrapMean(longWatches, options),
    seeds,
  }
}

/** A policy's page minus the other's at the same moment, with intervals over people. */
function differencesOf(first: PolicyRuns, second: PolicyRuns): Record<keyof PageValues, Interval> {
  const options = { ...BOOTSTRAP, clusters: clustersOf(first.people) }
  const [own, other] = [valuesOf(first.pages), valuesOf(second.pages)]
  return {
    clicks: bootstrapMeanDifference(own.clicks, other.clicks, options),
    watchSeconds: bootstrapMeanDifference(own.watchSeconds, other.watchSeconds, options),
    longWatches: bootstrapMeanDifference(own.longWatches, other.longWatches, options),
  }
}

/** The people as numbers from 0. */
function clustersOf(people: readonly number[]): Int32Array {
  const numbers = new Map<number, number>()
  return Int32Array.from(people, (person) => {
    if (!numbers.has(person)) numbers.set(person, numbers.size)
    return numbers.get(person)!
  })
}
