import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FeatureState, RequestFrame } from '../features/index.ts'
import { DAY_MS, HOUR_MS } from '../foundation/index.ts'
import { boolean, categories, category, defineSchema, number, ref, timestamp } from '../problem/index.ts'
import type { CandidateSource } from './candidate-source.ts'
import { flagged } from './sources/flagged.ts'
import { fresh } from './sources/fresh.ts'
import { similarContent } from './sources/similar-content.ts'
import { popularIn, trending } from './sources/trending.ts'

const schema = defineSchema({
  entities: {
    user: { country: category() },
    video: { genres: categories(), creator: category(), publishedAt: timestamp(), promoted: boolean() },
  },
  events: { watch: { user: ref('user'), video: ref('video'), seconds: number().optional() } },
})
const setting = { schema, subject: 'user', item: 'video' }
/** A day far from 1970, at midnight. */
const START = 20_000 * DAY_MS

type Fields = Readonly<Record<string, unknown>>

/** To the six digits that single precision holds. */
function rounded(score = Number.NaN): number {
  return Math.round(score * 1e6) / 1e6
}

function openSource(source: CandidateSource) {
  const state = new FeatureState(schema, source.aggregates(setting))
  const opened = source.open({ ...setting, state, model: () => undefined })
  const videos = state.attributes.keys('video')
  const write = (at: number, fields: Fields): void => {
    const offset = state.offset + 1
    state.apply(offset, { id: `e${offset}`, at, type: 'watch', ...fields })
  }
  return {
    write,
    watch: (at: number, user: string, ...names: string[]) => {
      for (const video of names) write(at, { user, video })
    },
    describe: (video: string, fields: Fields) => write(START, { type: 'video', video, ...fields }),
    /** Names and scores, best first. */
    async ask(at: number, user = '', limit = 10, refused: readonly string[] = []): Promise<[string, number][]> {
      const subject = state.attributes.keys('user').find(user)
      const frame = new RequestFrame(schema).bind('user', subject)
      frame.at = at
      const accept = (item: number): boolean => !refused.includes(videos.name(item))
      const { items, scores } = await opened.retrieve({ frame, subject, itemCount: videos.size, accept }, limit)
      return Array.from(items, (item, rank) => [videos.name(item), rounded(scores[rank])])
    },
  }
}

describe('trending', () => {
  it('weighs an event by 2 to the power of its half-lives, so that one new watch passes three of two half-lives ago', async () => {
    const source = openSource(trending('watch', { halfLife: '1h' }))
    source.watch(START, 'ann', 'old', 'old', 'old')
    source.watch(START + 2 * HOUR_MS, 'ann', 'new')
    assert.deepEqual(await source.ask(START + 2 * HOUR_MS), [
      ['new', 1],
      ['old', 0.75],
    ])
  })

  it('keeps its order by waiting alone, while all counts fade', async () => {
    const source = openSource(trending('watch', { halfLife: '1h' }))
    source.watch(START, 'ann', 'a', 'b', 'b')
    assert.deepEqual(await source.ask(START + 3 * HOUR_MS), [
      ['b', 0.25],
      ['a', 0.125],
    ])
  })

  it('counts late events as of when they happened, and only those that satisfy the condition', async () => {
    const source = openSource(trending('watch', { halfLife: '1h', where: { seconds: { min: 30 } } }))
    source.write(START + HOUR_MS, { user: 'ann', video: 'a', seconds: 30 })
    source.write(START, { user: 'ann', video: 'b', seconds: 31 })
    source.write(START + HOUR_MS, { user: 'ann', video: 'c', seconds: 29 })
    assert.deepEqual(await source.ask(START + HOUR_MS), [
      ['a', 1],
      ['b', 0.5],
    ])
  })

  it('goes on to the next best when an item may not be shown', async () => {
    const source = openSource(trending('watch', { halfLife: '1h' }))
    source.watch(START, 'ann', 'a', 'a', 'a', 'b', 'b', 'c')
    assert.deepEqual(await source.ask(START, '', 2, ['a']), [
      ['b', 2],
      ['c', 1],
    ])
  })
})

describe('popularIn', () => {
  it('counts those who share the category of the subject, and has nothing for who has none', async () => {
    const source = openSource(popularIn('watch', { by: 'user.country', halfLife: '1h' }))
    source.write(START, { type: 'user', user: 'ann', country: 'NO' })
    source.write(START, { type: 'user', user: 'bob', country: 'NO' })
    source.write(START, { type: 'user', user: 'eve', country: 'SE' })
    source.write(START, { type: 'user', user: 'nil' })
    source.watch(START, 'bob', 'a')
    source.watch(START, 'eve', 'b', 'b')
    assert.deepEqual(await source.ask(START, 'ann'), [['a', 1]])
    assert.deepEqual(await source.ask(START, 'eve'), [['b', 2]])
    assert.deepEqual(await source.ask(START, 'nil'), [])
    assert.deepEqual(await source.ask(START, 'stranger'), [])
  })
})

describe('fresh', () => {
  it('gives the youngest first, from 1 at age 0 to 0 at the largest age, and nothing from the future', async () => {
    const source = openSource(fresh({ by: 'video.publishedAt', maxAge: '4h' }))
    for (const [video, hours] of Object.entries({ now: 0, one: -1, three: -3, four: -4, soon: 1 })) {
      source.describe(video, { publishedAt: START + hours * HOUR_MS })
    }
    source.describe('undated', {})
    assert.deepEqual(await source.ask(START), [
      ['now', 1],
      ['one', 0.75],
      ['three', 0.25],
    ])
    assert.deepEqual((await source.ask(START + HOUR_MS, '', 1)).flat(), ['soon', 1])
  })

  it('follows a correction of the date', async () => {
    const source = openSource(fresh({ by: 'video.publishedAt', maxAge: '4h' }))
    source.describe('a', { publishedAt: START + HOUR_MS })
    assert.deepEqual(await source.ask(START), [])
    source.describe('a', { publishedAt: START })
    assert.deepEqual(await source.ask(START), [['a', 1]])
  })
})

describe('flagged', () => {
  it('gives what has the mark, in an order of the day that lets each be first on some day', async () => {
    const source = openSource(flagged({ by: 'video.promoted' }))
    for (const video of ['a', 'b', 'c', 'd']) source.describe(video, { promoted: true })
    source.describe('e', { promoted: false })
    source.describe('f', {})
    const firsts = new Set<string | undefined>()
    for (let day = 0; day < 40; day++) {
      const morning = await source.ask(START + day * DAY_MS)
      assert.deepEqual(morning.map(([name]) => name).toSorted(), ['a', 'b', 'c', 'd'])
      assert.deepEqual(await source.ask(START + (day + 1) * DAY_MS - 1), morning)
      firsts.add(morning[0]?.[0])
    }
    assert.equal(firsts.size, 4)
  })

  it('is called after its attribute', () => {
    assert.equal(flagged({ by: 'video.promoted' }).name, 'promoted')
    assert.equal(flagged({ by: 'video.promoted', name: 'ads' }).name, 'ads')
  })
})

describe('similarContent', () => {
  // Long vectors, so that the few categories of an example have places of their own.
  const exact = { of: ['video.genres', 'video.creator'], dimensions: 4096 }

  it('has the cosine of the categories: 1 for all in common, a half for one of two, nothing for none', async () => {
    const source = openSource(similarContent('watch', exact))
    source.describe('seen', { genres: ['drama'], creator: 'ada' })
    source.describe('twin', { genres: ['drama'], creator: 'ada' })
    source.describe('half', { genres: ['drama'], creator: 'max' })
    source.describe('other', { genres: ['crime'], creator: 'max' })
    source.watch(START, 'ann', 'seen')
    assert.deepEqual(await source.ask(START, 'ann', 10, ['seen']), [
      ['twin', 1],
      ['half', 0.5],
    ])
  })

  it('takes the mean of the last items', async () => {
    const source = openSource(similarContent('watch', { ...exact, history: 2 }))
    for (const creator of ['ada', 'max', 'eva', 'old']) {
      source.describe(`${creator} 1`, { creator })
      source.describe(`${creator} 2`, { creator })
    }
    source.watch(START, 'ann', 'old 1', 'ada 1', 'max 1')
    assert.deepEqual(await source.ask(START, 'ann', 10, ['ada 1', 'max 1']), [
      ['ada 2', 0.5],
      ['max 2', 0.5],
    ])
  })

  it('finds a video that is described later, and one that is described anew', async () => {
    const source = openSource(similarContent('watch', exact))
    source.describe('seen', { creator: 'ada' })
    source.describe('wrong', { creator: 'max' })
    source.watch(START, 'ann', 'seen')
    assert.deepEqual(await source.ask(START, 'ann', 10, ['seen']), [])
    source.describe('later', { creator: 'ada' })
    source.describe('wrong', { creator: 'ada' })
    assert.deepEqual(await source.ask(START, 'ann', 10, ['seen']), [
      ['wrong', 1],
      ['later', 1],
    ])
    for (let index = 0; index < 2000; index++) source.describe(`more ${index}`, { creator: 'max' })
    source.describe('last', { creator: 'ada' })
    const names = (await source.ask(START, 'ann', 10, ['seen'])).map(([name]) => name)
    assert.deepEqual(names, ['wrong', 'later', 'last'])
  })

  it('keeps apart a genre and a creator of the same name', async () => {
    const source = openSource(similarContent('watch', exact))
    source.describe('seen', { genres: ['tides'] })
    source.describe('namesake', { creator: 'tides' })
    source.watch(START, 'ann', 'seen')
    assert.deepEqual(await source.ask(START, 'ann', 10, ['seen']), [])
  })

  it('has nothing for who has no history, and for a history without a description', async () => {
    const source = openSource(similarContent('watch', exact))
    source.describe('a', { creator: 'ada' })
    source.watch(START, 'ann', 'unknown')
    assert.deepEqual(await source.ask(START, 'stranger'), [])
    assert.deepEqual(await source.ask(START, 'ann'), [])
  })

  it('goes on to further videos when most of the closest may not be shown', async () => {
    const source = openSource(similarContent('watch', { of: exact.of, dimensions: 32 }))
    const names = Array.from({ length: 3000 }, (_, index) => `video ${index}`)
    for (const [index, name] of names.entries()) {
      source.describe(name, { genres: [`g${index % 7}`, `h${index % 11}`], creator: `c${index % 400}` })
    }
    source.watch(START, 'ann', 'video 5', 'video 77')
    const all = await source.ask(START, 'ann', 3000)
    for (const refusedOnes of [100, 400, all.length - 3]) {
      const refused = all.slice(0, refusedOnes).map(([name]) => name)
      assert.deepEqual(await source.ask(START, 'ann', 10, refused), all.slice(refusedOnes, refusedOnes + 10))
    }
  })

  it('refuses vectors that the kernel cannot cut in fours', () => {
    for (const dimensions of [0, 2, 6, 4.5, Number.NaN]) {
      assert.throws(() => similarContent('watch', { of: [], dimensions }), { code: 'INVALID_ARGUMENT' })
    }
  })
})

describe('a definition', () => {
  const OTHER: readonly [string, CandidateSource, CandidateSource][] = [
    ['event', similarContent('watch', { of: [] }), similarContent('click', { of: [] })],
    ['condition', trending('watch', { halfLife: '1h' }), trending('watch', { halfLife: '1h', where: {} })],
    ['length of history', similarContent('watch', { of: [], history: 3 }), similarContent('watch', { of: [] })],
    [
      'quota',
      fresh({ by: 'video.publishedAt', maxAge: '1h' }),
      fresh({ by: 'video.publishedAt', maxAge: '1h', quota: 9 }),
    ],
  ]
  for (const [what, left, right] of OTHER) {
    it(`of another ${what} is another definition`, () => assert.notDeepEqual(left.spec, right.spec))
  }

  it('names the event, field or attribute that the schema does not have', () => {
    const bad: readonly [CandidateSource, RegExp][] = [
      [trending('click', { halfLife: '1h' }), /event click/],
      [popularIn('watch', { by: 'video.creator', halfLife: '1h' }), /user\.country.*got video\.creator/],
      [fresh({ by: 'video.creator', maxAge: '1h' }), /video\.publishedAt.*got video\.creator/],
      [flagged({ by: 'video.sponsored' }), /video\.promoted.*got video\.sponsored/],
      [similarContent('watch', { of: ['video.genres', 'video.publishedAt'] }), /got video\.publishedAt/],
    ]
    for (const [source, message] of bad) {
      assert.throws(() => source.aggregates(setting), { code: 'INVALID_APPLICATION', message })
    }
  })
})
