import { DAY_MS, type Random, randomFrom } from '../../../foundation/index.ts'
import { spreadMoments, weightedIndex } from '../../chance.ts'
import type { Creators } from './creators.ts'
import type { ResolvedOptions } from './options.ts'
import { STYLE_LENGTH, styleNear } from './style.ts'
import { reuploadedTitle, TitleWriter } from './titles.ts'

/** The oldest video was published this long before the world begins. */
const OLDEST_DAYS = 365
const SHARE_AT_START = 0.8
const SHARE_REUPLOADED = 0.02
const SHARE_SPONSORED = 0.02

/** The hidden state of one video. */
export interface Video {
  readonly title: string
  readonly creator: number
  /** Indices into `GENRES`. */
  readonly genres: readonly number[]
  readonly language: string
  readonly durationSeconds: number
  readonly publishedAt: number
  readonly sponsored: boolean
  readonly quality: number
  readonly allure: number
  /** Shape (`STYLE_LENGTH`,). */
  readonly style: Float32Array
  /** The video whose pictures these are: itself, or the one it was copied from. */
  readonly content: number
}

/** Draws all videos in the order of their publication; row `n` is video `v<n>`. */
export function createVideos(options: ResolvedOptions, creators: Creators): readonly Video[] {
  const titles = new TitleWriter()
  const videos: Video[] = []
  for (const publishedAt of publicationMoments(options)) {
    const index = videos.length
    const random = randomFrom(options.seed, 'video', index)
    const isCopy = random.uniform() < SHARE_REUPLOADED && index > 0
    videos.push(
      isCopy ? reupload(random, videos, creators, publishedAt) : original(random, index, creators, publishedAt, titles),
    )
  }
  return videos
}

/** Most videos are there at the start, the younger the more of them; the rest appears day by day. */
function publicationMoments({ seed, videos, days, startMs }: ResolvedOptions): Float64Array {
  const random = randomFrom(seed, 'publication')
  const atStart = Math.ceil(videos * SHARE_AT_START)
  const moments = new Float64Array(videos)
  for (let video = 0; video < atStart; video++) {
    moments[video] = Math.floor(startMs - OLDEST_DAYS * DAY_MS * random.uniform() ** 2)
  }
  moments.subarray(0, atStart).sort()
  moments.set(spreadMoments(random, videos - atStart, startMs, days * DAY_MS), atStart)
  return moments
}

function original(random: Random, index: number, creators: Creators, publishedAt: number, titles: TitleWriter): Video {
  const creator = weightedIndex(random, creators.output)
  const own = creators.genres[creator]!
  const genres = own.filter((_, place) => place === 0 || random.uniform() < 0.6)
  const centre = creators.style.subarray(creator * STYLE_LENGTH, (creator + 1) * STYLE_LENGTH)
  return {
    title: titles.write(random, genres[0]!),
    creator,
    genres,
    language: creators.language[creator]!,
    durationSeconds: Math.round(Math.min(3_000, Math.max(60, Math.exp(5.5 + 0.8 * random.normal())))),
    publishedAt,
    sponsored: random.uniform() < SHARE_SPONSORED,
    // The exponential part gives a few hits among many ordinary videos.
    quality: creators.quality[creator]! + 0.6 * (random.exponential() - 1),
    allure: creators.allure[creator]! + 0.2 * random.normal(),
    style: styleNear(random, centre, 0.2),
    content: index,
  }
}

/** Somebody else's upload of an earlier video: the same pictures under nearly the same title. */
function reupload(random: Random, earlier: readonly Video[], creators: Creators, publishedAt: number): Video {
  const source = earlier[earlier[random.integer(earlier.length)]!.content]!
  const creator = weightedIndex(random, creators.output)
  return { ...source, creator, publishedAt, title: reuploadedTitle(random, source.title), sponsored: false }
}
