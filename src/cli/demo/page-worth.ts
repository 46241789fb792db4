import { bootstrapMean, type Interval } from '../../evaluation/index.ts'
import type { Engine } from '../../serving/index.ts'
import type { VideoWorld } from '../../systems/index.ts'

const PAGE = 10
const USERS = 500
const LONG_WATCH_SECONDS = 30

/** Mean probability of a long watch over a page of ten whose every item is looked at, over users, with intervals. */
export interface PageWorth {
  readonly model: Interval
  /** The most long-watched videos that the user has not watched. */
  readonly popular: Interval
  /** Any videos that the user has not watched. */
  readonly random: Interval
}

/**
 * What pages are worth to the people of a world. The world knows what they would do; the engine never sees it.
 *
 * @param atMs - the moment the pages are for
 */
export async function worthOfPages(
  engine: Engine,
  system: string,
  world: VideoWorld,
  options: { atMs: number; seed: number },
): Promise<PageWorth> {
  const { atMs, seed } = options
  const { counts, watched } = readWatches(engine)
  const byCount = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
  const videos = engine.state.attributes.keys('video')
  const values = { model: [] as number[], popular: [] as number[], random: [] as number[] }
  for (let index = 0; index < Math.min(USERS, world.options.users); index++) {
    const user = `u${index}`
    const isNew = (video: string): boolean => !watched.get(user)?.has(video)
    const worth = (page: readonly string[]): number =>
      page.reduce((sum, video) => sum + world.trueProbability(user, video, atMs), 0) / Math.max(1, page.length)
    const { items } = await engine.rank(system, { subject: user, limit: PAGE })
    const anything = Array.from({ length: 4 * PAGE }, (_, place) =>
      videos.name((index * 997 + place * 7919) % videos.size),
    )
    values.model.push(worth(items.map(({ id }) => id)))
    values.popular.push(worth(firstOf(byCount, isNew)))
    values.random.push(worth(firstOf(anything, isNew)))
  }
  const mean = (list: readonly number[]): Interval => bootstrapMean(Float64Array.from(list), { seed })
  return { model: mean(values.model), popular: mean(values.popular), random: mean(values.random) }
}

function firstOf(videos: readonly string[], isNew: (video: string) => boolean): string[] {
  const page: string[] = []
  for (const video of videos) {
    if (page.length === PAGE) break
    if (isNew(video)) page.push(video)
  }
  return page
}

function readWatches({ log }: Engine): { counts: Map<string, number>; watched: Map<string, Set<string>> } {
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
  return { counts, watched }
}
