// Two towers beside EASE and popularity on MovieLens-1M, cut by time: what people liked (4 or 5) before is learnt from,
// what they liked later is to be among the 100 found. Recall is the mean over people of the share that was found.
//
// - warm people: those with a history, as of the cut
// - new films: one film in ten is kept from every model (no event of it is learnt from or known of anybody); the later
//   likes of those films alone count, and all films compete
// - new people: those without a history at the cut, asked with nothing known but their attributes, and after their
//   first 5 likes
//
//   node bench/two-tower.bench.ts [--data ../shared/data/ml-1m] [--part valid|test] [--seeds 1,2,3] [--json]
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { FeatureState, RequestFrame } from '../src/features/index.ts'
import { ByteReader, hashString } from '../src/foundation/index.ts'
import { type Interactions, loadTwoTower } from '../src/models/index.ts'
import { categories, category, defineSchema, integer, ref, text } from '../src/problem/index.ts'
import {
  fitRetrievalModel,
  itemToItem,
  openRetrievalContext,
  retrievalModelName,
  TowerExamples,
  twoTower,
} from '../src/retrieval/index.ts'
import { printReport } from './load/report.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/ml-1m' },
    part: { type: 'string', default: 'valid' },
    seeds: { type: 'string', default: '1,2,3' },
    model: { type: 'string', default: '{}' },
    json: { type: 'boolean', default: false },
  },
})

const LIMIT = 100
const FIRST_LIKES = 5
/** The most that a fit learns from, as by default. */
const MOST_EXAMPLES = 200_000
/** What the data's source publishes for its warm people of `valid`, learnt from `train`. */
const PUBLISHED = { popularity: 0.1928, twoTowerOfTheSource: 0.1858 }

const schema = defineSchema({
  entities: {
    user: { gender: category(), age: integer(), occupation: category() },
    film: { title: text(), genres: categories(), decade: category() },
  },
  events: { like: { user: ref('user'), film: ref('film') } },
})
const setting = { schema, subject: 'user', item: 'film' }
const EASE = itemToItem('like', { history: 500, model: { l2: 500 } })

interface Row {
  readonly user: string
  readonly film: string
  readonly at: number
  readonly part: string
}

type RawRecord = { readonly id: string; readonly at: number; readonly type: string; readonly [field: string]: unknown }

function readTable(name: string): string[][] {
  const lines = gunzipSync(readFileSync(join(values.data, `${name}.tsv.gz`)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  return lines.slice(1).map((line) => line.split('\t'))
}

function readLikes(): Row[] {
  const rows = readTable('ratings').filter(([, , rating]) => Number(rating) >= 4)
  return rows
    .map(([user = '', film = '', , at, part = '']) => ({ user, film, at: Number(at) * 1000, part }))
    .sort((a, b) => a.at - b.at)
}

function descriptions(): RawRecord[] {
  const users = readTable('users').map(([user = '', gender, age, occupation]): RawRecord => {
    return { id: `u${user}`, at: 0, type: 'user', user, gender, age: Number(age), occupation }
  })
  const films = readTable('items').map(([film = '', title = '', genres = '']): RawRecord => {
    const decade = `${title.slice(-5, -2)}0s`
    return { id: `f${film}`, at: 0, type: 'film', film, title: title.slice(0, -7), genres: genres.split('|'), decade }
  })
  return [...users, ...films]
}

const likes = readLikes()
const described = descriptions()

function recordOf({ user, film, at }: Row): RawRecord {
  return { id: `${user}:${film}`, at, type: 'like', user, film }
}

function towersOf(seed: number) {
  return twoTower('like', {
    user: ['user.gender', 'user.occupation', { path: 'user.age', band: 1 }],
    item: ['film.genres', 'film.decade', 'film.title'],
    history: 50,
    model: { seed, ...(JSON.parse(values.model) as object) },
  })
}

/** Who liked what, numbered in the order of appearance. */
function interactionsOf(rows: readonly Row[]): { interactions: Interactions; names: string[] } {
  const byUser = Map.groupBy(rows, ({ user }) => user)
  const names = [...new Set(rows.map(({ film }) => film))]
  const numbers = new Map(names.map((name, index) => [name, index]))
  const starts = new Uint32Array(byUser.size + 1)
  const items: number[] = []
  let user = 0
  for (const list of byUser.values()) {
    for (const { film } of list) items.push(numbers.get(film)!)
    starts[++user] = items.length
  }
  return {
    interactions: { userCount: byUser.size, itemCount: names.length, starts, items: Int32Array.from(items) },
    names,
  }
}

/** Models that learnt from some likes, and how fast the towers did. */
interface Learnt {
  readonly towers: ReturnType<typeof towersOf>
  readonly rows: readonly Row[]
  readonly artifacts: ReadonlyMap<string, Uint8Array>
  readonly examplesPerSecond: number
  readonly fitCpuSeconds: number
}

function learn(rows: readonly Row[], seed: number): Learnt {
  const towers = towersOf(seed)
  if (!towers.towers || !EASE.model) throw new Error('both sources have a model')
  const examples = new TowerExamples(setting, towers.towers, rows.length)
  for (const [index, record] of [...described, ...rows.map(recordOf)].entries()) examples.apply(index + 1, record)
  const cpuBefore = process.cpuUsage().user
  const bytes = examples.fit()
  const fitCpuSeconds = (process.cpuUsage().user - cpuBefore) / 1e6
  const { interactions, names } = interactionsOf(rows)
  const artifacts = new Map([
    [retrievalModelName(towers.towers), bytes],
    [retrievalModelName(EASE.model), fitRetrievalModel(EASE.model, interactions, names)],
  ])
  return { towers, rows, artifacts, fitCpuSeconds, examplesPerSecond: speedOf(bytes, rows.length, fitCpuSeconds) }
}

interface Measured {
  readonly recalls: Readonly<Record<string, number>>
  readonly people: number
}

/** How much of what people wanted is found for them, when they liked `known` before. */
async function measure(learnt: Learnt, known: readonly Row[], wanted: readonly Row[]): Promise<Measured> {
  const { towers, rows: learntRows, artifacts } = learnt
  const state = new FeatureState(schema, [...towers.aggregates(setting), ...EASE.aggregates(setting)])
  for (const [index, record] of [...described, ...known.map(recordOf)].entries()) state.apply(index + 1, record)
  const context = openRetrievalContext(setting, state, artifacts)
  const films = state.attributes.keys('film')
  const counts = new Float64Array(films.size)
  for (const { film } of learntRows) counts[films.find(film)]! += 1
  const popular = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]!)
  const opened = { twoTower: towers.open(context), ease: EASE.open(context) }
  const seen = Map.groupBy(known, ({ user }) => user)
  const wantedBy = Map.groupBy(wanted, ({ user }) => user)
  const sums: Record<string, number> = { twoTower: 0, ease: 0, popularity: 0 }
  for (const [user, rows] of wantedBy) {
    const subject = state.attributes.keys('user').find(user)
    const hidden = new Set(seen.get(user)?.map(({ film }) => films.find(film)))
    const targets = new Set(rows.map(({ film }) => films.find(film)))
    const accept = (item: number): boolean => !hidden.has(item)
    const frame = new RequestFrame(schema).bind('user', subject)
    const request = { frame, subject, itemCount: films.size, accept }
    const lists = {
      twoTower: (await opened.twoTower.retrieve(request, LIMIT)).items,
      ease: (await opened.ease.retrieve(request, LIMIT)).items,
      popularity: popular.filter(accept).slice(0, LIMIT),
    }
    for (const [name, list] of Object.entries(lists)) {
      const found = Array.from(list).filter((item) => targets.has(item)).length
      sums[name]! += found / targets.size / wantedBy.size
    }
  }
  return { recalls: sums, people: wantedBy.size }
}

/** Examples a second of CPU time, over all passes that the fit made, validation included. */
function speedOf(bytes: Uint8Array, learnt: number, seconds: number): number {
  const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
  reader.json()
  const passes = loadTwoTower(reader.bytes()).losses.length
  return (passes * Math.min(learnt, MOST_EXAMPLES)) / seconds
}

async function measureAll(seed: number) {
  const learnt = likes.filter(({ part }) => part === 'train' || (values.part === 'test' && part === 'valid'))
  const later = likes.filter(({ part }) => part === values.part)
  const warm = new Set(learnt.map(({ user }) => user))
  const isHeld = ({ film }: Row): boolean => (hashString(film, 77) >>> 0) % 10 === 0
  const first = new Map<string, number>()
  const newLikes = later.filter(({ user }) => !warm.has(user))
  const isFirst = newLikes.map(({ user }) => {
    first.set(user, (first.get(user) ?? 0) + 1)
    return first.get(user)! <= FIRST_LIKES
  })
  const firstLikes = newLikes.filter((_, index) => isFirst[index])
  const rest = newLikes.filter((_, index) => !isFirst[index])
  const warmLikes = later.filter(({ user }) => warm.has(user))
  const withoutHeld = learnt.filter((row) => !isHeld(row))
  const all = learn(learnt, seed)
  const some = learn(withoutHeld, seed)
  return {
    fit: all,
    warm: await measure(all, learnt, warmLikes),
    newFilms: await measure(some, withoutHeld, warmLikes.filter(isHeld)),
    newPeopleUnknown: await measure(all, learnt, rest),
    newPeopleAfter5: await measure(all, [...learnt, ...firstLikes], rest),
  }
}

const runs: Awaited<ReturnType<typeof measureAll>>[] = []
for (const seed of values.seeds.split(',')) runs.push(await measureAll(Number(seed)))
const mean = (read: (run: (typeof runs)[number]) => number): number =>
  runs.reduce((sum, run) => sum + read(run) / runs.length, 0)
const summary = Object.fromEntries(
  (['warm', 'newFilms', 'newPeopleUnknown', 'newPeopleAfter5'] as const).map((name) => {
    const recalls = Object.keys(runs[0]![name].recalls).map((model) => [
      model,
      mean((run) => run[name].recalls[model]!),
    ])
    return [name, { people: runs[0]![name].people, recallAt100: Object.fromEntries(recalls) }]
  }),
)
const newFilms = mean((run) => run.newFilms.recalls.twoTower!)
const newPeople = mean((run) => run.newPeopleAfter5.recalls.twoTower! - run.newPeopleAfter5.recalls.popularity!)
/** What 100 films by lot would find. */
const byLot = LIMIT / described.filter(({ type }) => type === 'film').length
printReport(
  'two-tower',
  {
    command: `node bench/two-tower.bench.ts --part ${values.part} --seeds ${values.seeds}`,
    data: 'MovieLens-1M of ../shared/data, likes (4 and 5), cut by time',
    ...summary,
    publishedRecallAt100: PUBLISHED,
    examplesPerCpuSecond: mean((run) => run.fit.examplesPerSecond),
    fitCpuSeconds: mean((run) => run.fit.fitCpuSeconds),
    recallAt100ByLot: byLot,
    claim: 'towers find new films, at least twice what a lot would, and more than popularity for people of five likes',
    holds: newFilms > 2 * byLot && newPeople > 0,
  },
  values.json,
)
