import type { EventRecord } from '../../../data/index.ts'
import type { HiddenWorld } from './attraction.ts'
import { GENRES } from './genres.ts'
import { DEVICES, type Users } from './users.ts'
import type { Video } from './videos.ts'

/**
 * The records that make users and videos known, in the order of time: all who are there at the start at its first
 * moment, then users when they join and videos when they are published.
 */
export function catalogueRecords({ options, users, videos }: HiddenWorld): EventRecord[] {
  const records = Array.from({ length: users.count }, (_, user) => userRecord(users, user))
  videos.forEach((video, index) => {
    records.push(videoRecord(video, index, Math.max(options.startMs, video.publishedAt)))
  })
  // The sort is stable: at the same moment, users before videos and each in the order of their numbers.
  return records.sort((a, b) => a.at - b.at)
}

function userRecord(users: Users, user: number): EventRecord {
  const birthYear = users.knownBirthYear[user]!
  return {
    id: `user-u${user}`,
    type: 'user',
    at: users.joinedAt[user]!,
    user: `u${user}`,
    country: users.countries[users.country[user]!]!.code,
    ...(birthYear > 0 && { birthYear }),
    device: DEVICES[users.device[user]!]!,
  }
}

function videoRecord(video: Video, index: number, at: number): EventRecord {
  return {
    id: `video-v${index}`,
    type: 'video',
    at,
    video: `v${index}`,
    title: video.title,
    genres: video.genres.map((genre) => GENRES[genre]!.name),
    creator: `c${video.creator}`,
    language: video.language,
    publishedAt: video.publishedAt,
    durationSeconds: video.durationSeconds,
    ...(video.sponsored && { sponsored: true }),
  }
}
