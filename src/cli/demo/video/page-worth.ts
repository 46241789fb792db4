import { bootstrapMean, type Interval } from '../../../evaluation/index.ts'
import { RequestFrame } from '../../../features/index.ts'
import { randomFrom } from '../../../foundation/index.ts'
import type { Engine, LiveSystem } from '../../../serving/index.ts'
import type { VideoWorld } from '../../../systems/index.ts'

const PAGE = 10
const DEPTH = 100
const USERS = 500
/** Rating the whole catalogue for a user takes some 10 ms. */
const RECALL_USERS = 100
const LONG_WATCH_SECONDS = 30

/** Mean probability of a long watch over a page of ten whose every item is looked at, over users, with intervals. */
export interface PageWorth {
  readonly model: Interval
  /** The most long-watched videos that the user has not watched. */
  readonly popular: Interval
  /** Any videos that the user has not watched. */
  readonly random: Interval
}

/** Share of the 100 videos that are truly best for a user among 100 retrieved ones, over users, with intervals. */
export interface RetrievalWorth {
  readonly model: Interval
  readonly popular: Interval
  readonly random: Interval
}

/**
 * What pages and candidates are worth to the people of a world. The world knows what they would do, whatever they
 * were shown before; the engine never sees it.
 *
 * @param atMs - the moment the pages are for
 */
export async function worthToPeople(
  engine: Engine,
  system: string,
  world: VideoWorld,
  options: { atMs: number; seed: number },
): Promise<{ pageWorth: PageWorth; retrievalRecallAt100: RetrievalWorth }> {
  const { atMs, seed } = options
  const choices = openChoices(engine)
  const worth = emptySeries()
  const recall = emptySeries()
  for (let index = 0; index < Math.min(USERS, world.options.users); index++) {
    const user = `u${index}`
    const probability = (video: string): number => world.trueProbability(user, video, atMs)
    const mean = (page: readonly string[]): number =>
      page.reduce((sum, video) => sum + probability(video), 0) / Math.max(1, page.length)
    const { items } = await engine.rank(system, { subject: user, limit: PAGE })
    const popular = choices.popular(user)
    const random = choices.random(user, index)
    worth.model.push(mean(items.map(({ id }) => id)))
    worth.popular.push(mean(popular.slice(0, PAGE)))
    worth.random.push(mean(random.slice(0, PAGE)))
    if (index >= RECALL_USERS) continue
    const best = bestOf(choices.unwatched(user), probability)
    const share = (found: readonly string[]): number => found.filter((video) => best.has(video)).length / best.size
    recall.model.push(share(await retrieved(engine.live(system), user, atMs)))
    recall.popular.push(share(popular))
    recall.random.push(share(random))
  }
  return { pageWorth: intervals(worth, seed), retrievalRecallAt100: intervals(recall, seed) }
}

type Series = Record<'model' | 'popular' | 'random', number[]>

function emptySeries(): Series {
  return { model: [], popular: [], random: [] }
}

function intervals({ model, popular, random }: Series, seed: number): PageWorth & RetrievalWorth {
  const mean = (list: readonly number[]): Interval => bootstrapMean(Float64Array.from(list), { seed })
  return { model: mean(model), popular: mean(popular), random: mean(random) }
}

/** The first 100 candidates, before any ranking. */
async function retrieved({ retriever, state }: LiveSystem, user: string, atMs: number): Promise<string[]> {
  const subject = state.attributes.keys('user').find(user)
  const frame = new RequestFrame(state.schema).bind('user', subject)
  frame.at = atMs
  const unhurried = { atLeast: DEPTH, budgetMs: Number.POSITIVE_INFINITY, clock: () => 0 }
  const { items } = await retriever.retrieve({ frame, subject, exclude: new Set(), ...unhurried })
  return Array.from(items.subarray(0, DEPTH), (item) => state.attributes.keys('video').name(item))
}

function bestOf(videos: readonly string[], probability: (video: string) => number): Set<string> {
  const rated = videos.map((video) => ({ video, value: probability(video) }))
  return new Set(
    rated
      .sort((a, b) => b.value - a.value || (a.video < b.video ? -1 : 1))
      .slice(0, DEPTH)
      .map(({ video }) => video),
  )
}

/** The baselines: what a user has not watched, by how often others watched it or by lot. */
function openChoices({ log, state }: Engine) {
  const counts = new Map<string, number>()
  const watched = new Map<string, Set<string>>()
  for (const { records } of log.read()) {
    for (const { type, user, video, seconds } of records) {
      if (type !== 'watch') continue
      const seen = watched.get(user as string) ?? new Set<string>()
      watched.set(user as string, seen.add(video as string))
      if ((seconds as number) >= LONG_WATCH_SECONDS) counts.set(video as string, (counts.get(video as string) ?? 0) + 1)
    }
  }
  const byCount = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
  const keys = state.attributes.keys('video')
  const all = Array.from({ length: keys.size }, (_, video) => keys.name(video))
  const newTo = (user: string, videos: readonly string[]): string[] =>
    videos.filter((video) => !watched.get(user)?.has(video))
  return {
    unwatched: (user: string) => newTo(user, all),
    popular: (user: string) => newTo(user, byCount).slice(0, DEPTH),
    random: (user: string, index: number) => randomFrom(index, 'anything').shuffle(newTo(user, all)).slice(0, DEPTH),
  }
}
