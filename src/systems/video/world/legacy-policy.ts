import type { EventRecord } from '../../../data/index.ts'
import { type Random, randomFrom } from '../../../foundation/index.ts'
import { pick } from '../../chance.ts'
import type { VideoPolicy } from './policy.ts'
import type { VideoSession } from './sessions.ts'

const TRENDING_WATCHES = 2_000
const FRESH_VIDEOS = 150
const ATTEMPTS = 30

/**
 * The policy that a service has before it learns, and that explores enough to learn from: a third of the slots goes to
 * popular videos (in proportion to all watches), a third to trending and fresh ones (to the last watches, or to the
 * last published), a third to videos at random. Leaves out what the user has watched. Sources are dealt to positions at
 * random, so that position and source are independent.
 *
 * Draws hang on (seed, user, session, page). Drawing the video of a random earlier watch *is* drawing in proportion to
 * popularity, so that nothing has to be counted.
 */
export function legacyPolicy({ seed, pageSize }: { seed: number; pageSize: number }): VideoPolicy {
  const published: string[] = []
  const watches: string[] = []
  const watchedBy = new Map<string, Set<string>>()

  const sources: ((random: Random) => string)[] = [
    (random) => pick(random, watches.length > 0 ? watches : published),
    (random) => {
      if (random.uniform() < 0.5 || watches.length === 0) return pickRecent(random, published, FRESH_VIDEOS)
      return pickRecent(random, watches, TRENDING_WATCHES)
    },
    (random) => pick(random, published),
  ]

  return {
    name: 'legacy',
    observe(record: EventRecord) {
      if (record.type === 'video') published.push(String(record.video))
      if (record.type !== 'watch') return
      const video = String(record.video)
      watches.push(video)
      const watched = watchedBy.get(String(record.user)) ?? new Set()
      watchedBy.set(String(record.user), watched.add(video))
    },
    page({ user, number, page }: VideoSession) {
      const random = randomFrom(seed, 'legacy', user, number, page)
      const watched = watchedBy.get(user)
      const videos = new Set<string>()
      const slots = random.shuffle(Array.from({ length: pageSize }, (_, slot) => slot % sources.length))
      for (const source of slots) {
        for (let attempt = 0; attempt < ATTEMPTS && published.length > 0; attempt++) {
          const video = sources[source]!(random)
          if (videos.has(video) || watched?.has(video)) continue
          videos.add(video)
          break
        }
      }
      return Array.from(videos, (video, index) => ({ video, position: index + 1 }))
    },
  }
}

function pickRecent(random: Random, list: readonly string[], size: number): string {
  const window = Math.min(size, list.length)
  return list[list.length - 1 - random.integer(window)]!
}
