/*
 * What an event costs the feature state, and what a request costs to read: node bench/features.bench.ts [--each]
 */
import { defineFeatures, FeatureRows, FeatureState, RequestFrame } from '../src/features/index.ts'
import { DAY_MS, HOUR_MS, randomFrom } from '../src/foundation/index.ts'
import {
  boolean,
  categories,
  category,
  defineSchema,
  id,
  integer,
  number,
  ref,
  timestamp,
} from '../src/problem/index.ts'

const EVENTS = 200_000
const USERS = 20_000
const VIDEOS = 5_000
const ITEMS = 500
const START = Date.UTC(2026, 0, 1)

const schema = defineSchema({
  entities: {
    user: { country: category(), birthYear: integer() },
    video: {
      genres: categories(),
      creator: category(),
      origin: category(),
      isLive: boolean(),
      publishedAt: timestamp(),
    },
  },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number(), decision: id() } },
})

const windowsAlone = defineFeatures(schema, (f) => ({
  mine: f.count('watch', { by: 'user', window: '7d' }),
  views: f.count('watch', { by: 'video', window: '7d' }),
  seconds: f.sum('watch', 'seconds', { by: 'user', window: '7d' }),
  pair: f.count('watch', { by: ['user', 'video.creator'], window: '7d' }),
}))

const features = defineFeatures(schema, (f) => {
  const long = { seconds: { min: 30 } }
  const views = f.count('watch', { by: 'video', window: '7d' })
  return {
    age: f.attribute('user.birthYear').ageInYears(),
    isLive: f.attribute('video.isLive'),
    fresh: f.daysSince('video.publishedAt'),
    home: f.same('user.country', 'video.origin'),
    genre: f.oneOf('video.genres', ['g0', 'g1', 'g2', 'g3', 'g4']),
    hour: f.hourOfDay(),
    weekday: f.dayOfWeek(),
    mine: f.counts('watch', { by: 'user', windows: ['1h', '1d', '7d'] }),
    views: f.counts('watch', { by: 'video', windows: ['1h', '1d', '7d'] }),
    seconds: f.sum('watch', 'seconds', { by: 'user', window: '1d' }),
    videoSeconds: f.sum('watch', 'seconds', { by: 'video', window: '1d' }),
    rate: f.ratio(f.count('watch', { by: 'video', window: '7d', where: long }), views, { prior: [1, 10] }),
    pair: f.count('watch', { by: ['user', 'video.creator'], window: '7d' }),
    pairLong: f.count('watch', { by: ['user', 'video.creator'], window: '7d', where: long }),
    creator: f.count('watch', { by: 'video.creator', window: '7d' }),
    liking: f.affinity('watch', { by: 'user', of: 'video.genres', halfLife: '14d' }),
    creatorLiking: f.affinity('watch', { by: 'user', of: 'video.creator', halfLife: '14d' }),
    since: f.sinceLast('watch', { by: 'user' }),
    sincePair: f.sinceLast('watch', { by: ['user', 'video'] }),
    share: f.recentShare('watch', { by: 'user', of: 'video', path: 'video.genres', length: 10 }),
    close: f.closeness('watch', { by: 'user', of: 'video', length: 10 }),
    trend: f.trend('watch', { of: 'video', halfLife: '6h' }),
    here: f.trend('watch', { of: 'video', by: 'user.country', halfLife: '6h' }),
  }
})

/** 50 columns of one key: what a scoring system asks of a card or a user. */
const windowsOfOne = ['1m', '5m', '15m', '1h', '3h', '6h', '12h', '1d', '2d', '7d'] as const
const long = { seconds: { min: 30 } }
const ofOneKey = defineFeatures(schema, (f) => ({
  all: f.counts('watch', { by: 'user', windows: windowsOfOne }),
  long: f.counts('watch', { by: 'user', windows: windowsOfOne, where: long }),
  ...Object.fromEntries(
    windowsOfOne.flatMap((window) => [
      [`seconds${window}`, f.sum('watch', 'seconds', { by: 'user', window })],
      [`longSeconds${window}`, f.sum('watch', 'seconds', { by: 'user', window, where: long })],
      [
        `share${window}`,
        f.ratio(f.count('watch', { by: 'user', window, where: long }), f.count('watch', { by: 'user', window }), {
          prior: [1, 10],
        }),
      ],
    ]),
  ),
}))

const random = randomFrom(1, 'features')
const described = [
  ...Array.from({ length: USERS }, (_, user) => ({
    id: `u${user}`,
    type: 'user',
    at: START,
    user: `u${user}`,
    country: `c${random.integer(20)}`,
    birthYear: 1950 + random.integer(50),
  })),
  ...Array.from({ length: VIDEOS }, (_, video) => ({
    id: `v${video}`,
    type: 'video',
    at: START,
    video: `v${video}`,
    genres: Array.from({ length: 1 + random.integer(3) }, () => `g${random.integer(18)}`),
    creator: `m${random.integer(500)}`,
    origin: `c${random.integer(20)}`,
    isLive: random.uniform() < 0.1,
    publishedAt: START - random.integer(100) * DAY_MS,
  })),
]
const watched = Array.from({ length: EVENTS }, (_, index) => ({
  id: `w${index}`,
  type: 'watch',
  at: START + Math.floor((index / EVENTS) * 14 * DAY_MS) - (random.uniform() < 0.02 ? HOUR_MS : 0),
  user: `u${Math.floor(random.uniform() ** 3 * USERS)}`,
  video: `v${Math.floor(random.uniform() ** 2 * VIDEOS)}`,
  seconds: random.integer(120),
  decision: `d${index}`,
}))

const batches = Array.from({ length: EVENTS / 8000 }, (_, index) => watched.slice(index * 8000, (index + 1) * 8000))

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** A state after all events, and the seconds it took to apply those of users, as many at once as a batch of the log. */
function apply(aggregates: ConstructorParameters<typeof FeatureState>[1]): { state: FeatureState; seconds: number } {
  const state = new FeatureState(schema, aggregates)
  for (const record of described) state.apply(state.offset + 1, record)
  const start = performance.now()
  for (const batch of batches) state.applyAll(state.offset + 1, batch)
  return { state, seconds: (performance.now() - start) / 1000 }
}

for (const [name, set] of [
  ['4 windows', windowsAlone],
  [`${Object.keys(features.features).length} features`, features],
] as const) {
  const seconds = median(Array.from({ length: 5 }, () => apply(set.aggregates).seconds))
  const micros = (seconds / EVENTS) * 1e6
  console.log(
    `apply, ${name}: ${(EVENTS / seconds / 1000).toFixed(0)} thousand events/s, ${micros.toFixed(2)} us an event`,
  )
}

const { state } = apply(features.aggregates)
const rows = new FeatureRows(features, state, 'video')
const out = new Float64Array(ITEMS * rows.width)
const frame = new RequestFrame(schema)
frame.at = state.newestMs
const micros: number[] = []
for (let round = -100; round < 1000; round++) {
  const items = Int32Array.from({ length: ITEMS }, () => random.integer(VIDEOS))
  frame.bind('user', Math.floor(random.uniform() ** 3 * USERS))
  const start = performance.now()
  rows.fill(frame, items, out)
  if (round >= 0) micros.push((performance.now() - start) * 1000)
}
console.log(
  `fill, ${ITEMS} items x ${rows.width} columns: ${median(micros).toFixed(0)} us, p99 ${micros[990]?.toFixed(0)} us`,
)

const one = new FeatureRows(ofOneKey, apply(ofOneKey.aggregates).state)
const oneOut = new Float64Array(one.width)
const oneMicros: number[] = []
for (let round = -1000; round < 10_000; round++) {
  frame.bind('user', Math.floor(random.uniform() ** 3 * USERS))
  const start = performance.now()
  one.fill(frame, [0], oneOut)
  if (round >= 0) oneMicros.push((performance.now() - start) * 1000)
}
console.log(
  `fill, one row x ${one.width} columns of one key: ${median(oneMicros).toFixed(1)} us, p99 ${oneMicros[9900]?.toFixed(1)} us`,
)

/** With `--each`, which columns the time goes to: the median of each feature alone. */
for (const [name, feature] of process.argv.includes('--each') ? Object.entries(features.features) : []) {
  const alone = new FeatureRows({ ...features, features: { [name]: feature } }, state, 'video')
  const times = Array.from({ length: 200 }, () => {
    const items = Int32Array.from({ length: ITEMS }, () => random.integer(VIDEOS))
    frame.bind('user', Math.floor(random.uniform() ** 3 * USERS))
    const start = performance.now()
    alone.fill(frame, items, out)
    return (performance.now() - start) * 1000
  })
  console.log(`  ${name}: ${median(times).toFixed(1)} us`)
}
const saving = performance.now()
const bytes = state.save()
console.log(`state: ${(state.bytes() / 1e6).toFixed(1)} MB of arrays`)
console.log(`save: ${(bytes.length / 1e6).toFixed(1)} MB in ${(performance.now() - saving).toFixed(0)} ms`)
