/**
 * How close `sluice doctor --size` comes: workloads are built for real, each in a process of its own, and what the
 * estimate says is held against what the state counts, what the process grew by and how long its snapshot is.
 *
 *   node bench/size.bench.ts                 all shapes
 *   node bench/size.bench.ts <shape> --parts one shape in this process, with every part of it
 */
import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Application, defineApp, rankingSystem } from '../src/application/index.ts'
import { estimateSize, type SizeEstimate } from '../src/cli/size/estimate-size.ts'
import type { EventRecord } from '../src/data/index.ts'
import {
  type AggregateSpec,
  defineFeatures,
  FeatureState,
  type StateWorkload,
  WorkloadSurvey,
} from '../src/features/index.ts'
import { DAY_MS, type Random, randomFrom } from '../src/foundation/index.ts'
import {
  categories,
  category,
  defineProblem,
  defineSchema,
  number,
  ref,
  text,
  timestamp,
} from '../src/problem/index.ts'
import { exposures, logisticRanker } from '../src/ranking/index.ts'
import { fresh, hidden, seen } from '../src/retrieval/index.ts'
import { createVideoWorld, generateVideoEvents, videoApplication } from '../src/systems/video/index.ts'

const START = Date.UTC(2026, 0, 1)

interface Shape {
  readonly application: Application
  readonly records: () => Iterable<EventRecord>
  /** What the estimate is told; a survey of the records when absent. */
  readonly workload?: StateWorkload
}

/** Draws ranks from 0 by Zipf's law. */
function zipf(count: number, skew: number): (random: Random) => number {
  const below = new Float64Array(count)
  for (let rank = 0, sum = 0; rank < count; rank++) {
    sum += (rank + 1) ** -skew
    below[rank] = sum
  }
  return (random) => {
    const wanted = random.uniform() * below[count - 1]!
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (below[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Payments at shops: windows of an hour to 60 days over cards, shops, cities and their pairs and triples. */
function payments(): Shape {
  const [cards, shops, cities, count, days] = [60_000, 4_000, 150, 1_000_000, 75]
  const schema = defineSchema({
    entities: { card: { country: category() }, shop: { city: category(), title: text(), openedAt: timestamp() } },
    events: { payment: { card: ref('card'), shop: ref('shop'), amount: number() } },
  })
  const features = defineFeatures(schema, (f) => ({
    country: f.oneOf('card.country', ['c1'], { freshness: '30d' }),
    byCard: f.counts('payment', { by: 'card', windows: ['1h', '1d', '7d', '30d'] }),
    spent: f.sum('payment', 'amount', { by: 'card', window: '30d' }),
    byShop: f.counts('payment', { by: 'shop', windows: ['1d', '60d'] }),
    taken: f.sum('payment', 'amount', { by: 'shop', window: '7d' }),
    together: f.count('payment', { by: ['card', 'shop'], window: '30d' }),
    inCity: f.sum('payment', 'amount', { by: ['card', 'shop.city'], window: '7d' }),
    three: f.count('payment', { by: ['card', 'shop.city', 'card.country'], window: '14d' }),
    since: f.sinceLast('payment', { by: 'card' }),
  }))
  const skews = { card: 0.6, shop: 0.9, 'shop.city': 0, 'card.country': 0 }
  return {
    application: applicationOf('payments', {
      schema,
      features,
      subject: 'card',
      item: 'shop',
      event: 'payment',
      filters: [],
    }),
    workload: {
      entities: { card: cards, shop: shops },
      events: { payment: count },
      days,
      values: { 'shop.city': cities, 'card.country': 20 },
      skews,
      shares: {},
    },
    *records() {
      const random = randomFrom(1, 'payments')
      for (let card = 0; card < cards; card++) {
        yield { id: `c${card}`, type: 'card', at: START, card: `card-${card}`, country: `c${card % 20}` }
      }
      for (let shop = 0; shop < shops; shop++) {
        const fields = {
          shop: `shop-${shop}`,
          city: `city-${random.integer(cities)}`,
          title: `A shop in the city, ${shop}`,
        }
        yield { id: `s${shop}`, type: 'shop', at: START, ...fields, openedAt: START }
      }
      const [someCard, someShop] = [zipf(cards, skews.card), zipf(shops, skews.shop)]
      for (let index = 0; index < count; index++) {
        const at = START + Math.floor((index / count) * days * DAY_MS)
        const [card, shop] = [`card-${someCard(random)}`, `shop-${someShop(random)}`]
        yield { id: `p${index}`, type: 'payment', at, card, shop, amount: random.integer(100_000) / 100 }
      }
    },
  }
}

/** Readers of articles: what has no window, pairs of keys that are kept up to a number, lists and neighbours. */
function readers(): Shape {
  const [users, articles, authors, topics, count, days] = [150_000, 30_000, 3_000, 200, 600_000, 30]
  const schema = defineSchema({
    entities: {
      user: { country: category() },
      article: { author: category(), topics: categories(), title: text(), publishedAt: timestamp() },
    },
    events: {
      view: { user: ref('user'), article: ref('article') },
      hide: { user: ref('user'), article: ref('article') },
    },
  })
  const features = defineFeatures(schema, (f) => ({
    topics: f.affinity('view', { by: 'user', of: 'article.topics', halfLife: '14d', keep: { pairs: 500_000 } }),
    authors: f.affinity('view', { by: 'user', of: 'article.author', halfLife: '14d' }),
    since: f.sinceLast('view', { by: ['user', 'article.author'], keep: { pairs: 200_000 } }),
    closeness: f.closeness('view', { by: 'user', of: 'article', length: 10, keep: { neighbours: 200 } }),
    share: f.recentShare('view', { by: 'user', of: 'article', path: 'article.topics', length: 20 }),
    trend: f.trend('view', { of: 'article', by: 'user.country', halfLife: '1d' }),
    views: f.count('view', { by: 'article', window: '7d' }),
  }))
  const skews = { user: 0.5, article: 0.8, 'article.author': 0.1, 'article.topics': 0, 'user.country': 0 }
  const filters = [seen('view'), hidden('hide')]
  return {
    application: applicationOf('readers', {
      schema,
      features,
      subject: 'user',
      item: 'article',
      event: 'view',
      filters,
    }),
    workload: {
      entities: { user: users, article: articles },
      events: { view: count * 0.95, hide: count * 0.05 },
      days,
      values: { 'article.author': authors, 'article.topics': topics, 'user.country': 30 },
      skews,
      shares: {},
    },
    *records() {
      const random = randomFrom(1, 'readers')
      for (let user = 0; user < users; user++) {
        yield { id: `u${user}`, type: 'user', at: START, user: `user-${user}`, country: `c${random.integer(30)}` }
      }
      for (let article = 0; article < articles; article++) {
        const about = [`t${random.integer(topics)}`, `t${random.integer(topics)}`]
        const fields = {
          author: `author-${random.integer(authors)}`,
          topics: about,
          title: `What happened on day ${article}`,
        }
        yield {
          id: `a${article}`,
          type: 'article',
          at: START,
          article: `article-${article}`,
          ...fields,
          publishedAt: START,
        }
      }
      const [someUser, someArticle] = [zipf(users, skews.user), zipf(articles, skews.article)]
      for (let index = 0; index < count; index++) {
        const at = START + Math.floor((index / count) * days * DAY_MS)
        const type = random.uniform() < 0.95 ? 'view' : 'hide'
        yield { id: `e${index}`, type, at, user: `user-${someUser(random)}`, article: `article-${someArticle(random)}` }
      }
    },
  }
}

/**
 * The video application on the world of its demonstration, twice as large; the estimate is told what a survey found.
 * The records come from a file, because the world has memory of its own.
 */
function video(): Shape {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-size-'))
  process.once('exit', () => rmSync(folder, { recursive: true }))
  const file = join(folder, 'events.ndjson')
  execFileSync(process.execPath, [import.meta.filename, '--write', file])
  return { application: videoApplication, records: () => recordsOf(file) }
}

function writeVideoEvents(file: string): void {
  const descriptor = openSync(file, 'w')
  for (const record of generateVideoEvents(createVideoWorld({ seed: 1, users: 4_000, videos: 8_000, days: 14 }))) {
    writeSync(descriptor, `${JSON.stringify(record)}\n`)
  }
  closeSync(descriptor)
}

function* recordsOf(file: string): Generator<EventRecord> {
  const descriptor = openSync(file, 'r')
  const chunk = Buffer.alloc(1 << 20)
  let rest = ''
  for (let size = readSync(descriptor, chunk); size > 0; size = readSync(descriptor, chunk)) {
    const lines = `${rest}${chunk.toString('latin1', 0, size)}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as EventRecord
  }
  closeSync(descriptor)
}

interface Parts {
  readonly schema: Application['schema']
  readonly features: Application['features']
  readonly subject: string
  readonly item: string
  readonly event: string
  readonly filters: Parameters<typeof rankingSystem>[0]['retrieval']['filters']
}

function applicationOf(name: string, { schema, features, subject, item, event, filters }: Parts): Application {
  const by = `${item}.${item === 'shop' ? 'openedAt' : 'publishedAt'}`
  const home = rankingSystem({
    problem: defineProblem({
      task: 'ranking',
      objective: event,
      success: [{ name: 'answers', better: 'higher' }],
      guardrails: { p99Ms: 100 },
      scale: { users: 1, items: 1, eventsPerSecond: 1, requestsPerSecond: 1 },
    }),
    subject,
    item,
    retrieval: { sources: [fresh({ by, maxAge: '30d' })], filters, candidates: 100 },
    ranking: logisticRanker({ label: { event, within: '30m' }, examples: exposures(event, { group: item }) }),
    reranking: [],
  })
  return defineApp({ name, schema, features, systems: { home } })
}

const SHAPES: Readonly<Record<string, () => Shape>> = { payments, readers, video }

interface Measured {
  readonly events: number
  readonly arrays: number
  readonly resident: number
  readonly snapshot: number
  readonly estimate: SizeEstimate
}

interface Found extends Omit<Measured, 'estimate'> {
  readonly estimate: SizeEstimate['totals']
}

function collect(): void {
  for (let round = 0; round < 3; round++) (globalThis as { gc?: () => void }).gc?.()
}

function measure(name: string, showParts: boolean): Measured {
  const { application, records, workload } = SHAPES[name]!()
  const { schema, aggregates } = application
  // Brings generators and compiled code to the size that they stay at.
  const warm = new FeatureState(schema, aggregates)
  for (const record of records()) {
    warm.apply(warm.offset + 1, record)
    if (warm.offset === 50_000) break
  }
  collect()
  const before = process.memoryUsage().rss
  const state = new FeatureState(schema, aggregates)
  for (const record of records()) state.apply(state.offset + 1, record)
  collect()
  const resident = process.memoryUsage().rss - before
  const told = workload ?? surveyOf(application, records())
  const estimate = estimateSize(application, sizedOf(told))
  if (showParts) printParts(state, aggregates, estimate)
  return { events: state.offset, arrays: state.bytes(), resident, snapshot: state.save().length, estimate }
}

function surveyOf({ schema, aggregates }: Application, records: Iterable<EventRecord>): StateWorkload {
  const survey = new WorkloadSurvey(schema, aggregates)
  for (const record of records) survey.add(record)
  return survey.finish()
}

/** The same workload as somebody types it. */
function sizedOf(told: StateWorkload): Parameters<typeof estimateSize>[1] {
  const [users = 0, items = 0] = Object.values(told.entities)
  const events = Object.values(told.events).reduce((sum, count) => sum + count, 0)
  const sample = { records: events, workload: told, recordBytes: {} }
  return { users, items, eventsPerSecond: events / told.days / 86_400, days: told.days, sample }
}

function printParts(state: FeatureState, aggregates: readonly AggregateSpec[], { state: parts }: SizeEstimate): void {
  const different = [...new Map(aggregates.map((spec) => [state.aggregate(spec), spec])).keys()]
  for (const [index, { part, reserved, saved, objects }] of parts.entries()) {
    const counted = different[index]?.bytes()
    const share = counted === undefined ? '' : (reserved / counted).toFixed(2)
    const cells = [reserved, counted ?? 0, saved, objects].map((bytes) => (bytes / 1e6).toFixed(1).padStart(8))
    console.log(`${cells.join('')}  ${share.padStart(5)}  ${part}`)
  }
}

const [shape, flag] = process.argv.slice(2)
if (shape === '--write') writeVideoEvents(flag ?? '')
else if (shape !== undefined) {
  const measured = measure(shape, flag === '--parts')
  const found: Found = { ...measured, estimate: measured.estimate.totals }
  console.log(JSON.stringify(found))
} else {
  console.log('MB: estimate / measured (ratio)')
  for (const name of Object.keys(SHAPES)) {
    const output = execFileSync(process.execPath, ['--expose-gc', import.meta.filename, name], { maxBuffer: 1e9 })
    const { events, arrays, resident, snapshot, estimate } = JSON.parse(output.toString()) as Found
    const pair = (told: number, found: number) =>
      `${(told / 1e6).toFixed(1)} / ${(found / 1e6).toFixed(1)} (${(told / found).toFixed(2)})`
    console.log(
      `${name}, ${events} records: arrays ${pair(estimate.stateBytes, arrays)}, resident ${pair(estimate.residentStateBytes, resident)}, snapshot ${pair(estimate.snapshotBytes, snapshot)}`,
    )
  }
}
