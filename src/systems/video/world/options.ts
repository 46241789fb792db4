import { SluiceError } from '../../../foundation/index.ts'
import { GENRES } from './genres.ts'

/** New users of a demographic that the log has not seen. */
export interface Influx {
  /** The day they begin to join, counted from 0. */
  readonly fromDay: number
  /** Their share of the sessions from that day on, in (0, 1); they need about a day to arrive. */
  readonly share: number
  /** A country that is not among the world's own; `ID` when absent. */
  readonly country?: string
  /** Their first language; `id` when absent. */
  readonly language?: string
  /** The middle of their birth years; 2007 when absent. */
  readonly birthYear?: number
  /** Names of the genres they favour; dance and anime when absent. */
  readonly genres?: readonly string[]
}

/** What may be chosen about a world; everything but the seed has a default, which is the demonstration's. */
export interface VideoWorldOptions {
  readonly seed: number
  /** Users without the influx, of whom 85 % are there at the start; 2,000. */
  readonly users?: number
  /** Videos, of which 80 % are there at the start; 5,000. */
  readonly videos?: number
  /** One for every 20 videos. */
  readonly creators?: number
  /** How many days have sessions; 14. */
  readonly days?: number
  /** Midnight UTC of the first day; 1 September 2025. */
  readonly startMs?: number
  /** The mean over users, who differ widely; 0.56. */
  readonly sessionsPerUserPerDay?: number
  /** Videos on the pages of the legacy policy; 10. */
  readonly pageSize?: number
  readonly influx?: Influx
}

/** The options of a world with every default filled in. */
export type ResolvedOptions = Required<Omit<VideoWorldOptions, 'influx'>> & {
  readonly influx: Required<Influx> | undefined
}

/**
 * Fills in the defaults.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when a count is not a positive whole number or a share is out of its range
 */
export function resolveOptions(options: VideoWorldOptions): ResolvedOptions {
  const { influx, ...given } = options
  const videos = given.videos ?? 5_000
  const resolved = {
    users: 2_000,
    creators: Math.max(1, Math.round(videos / 20)),
    days: 14,
    startMs: Date.UTC(2025, 8, 1),
    sessionsPerUserPerDay: 0.56,
    pageSize: 10,
    ...given,
    videos,
    influx: influx && { country: 'ID', language: 'id', birthYear: 2007, genres: ['dance', 'anime'], ...influx },
  }
  for (const name of ['users', 'videos', 'creators', 'days', 'pageSize'] as const) requireCount(name, resolved[name])
  if (!(resolved.sessionsPerUserPerDay > 0)) {
    throw invalid('sessionsPerUserPerDay', 'a number above 0', resolved.sessionsPerUserPerDay)
  }
  if (resolved.influx) requireInflux(resolved.influx)
  return resolved
}

function requireCount(name: string, value: number): void {
  if (!(Number.isInteger(value) && value > 0)) throw invalid(name, 'a whole number above 0', value)
}

function requireInflux({ fromDay, share, genres }: Required<Influx>): void {
  if (!(Number.isInteger(fromDay) && fromDay >= 0)) throw invalid('influx.fromDay', 'a whole number from 0', fromDay)
  if (!(share > 0 && share < 1)) throw invalid('influx.share', 'a share within (0, 1)', share)
  const unknown = genres.find((name) => !GENRES.some((genre) => genre.name === name))
  if (unknown !== undefined)
    throw invalid('influx.genres', `names among ${GENRES.map(({ name }) => name).join(', ')}`, unknown)
}

function invalid(name: string, expected: string, got: unknown): SluiceError {
  return new SluiceError('INVALID_ARGUMENT', `video world: ${name}: expected ${expected}, got ${got}`)
}
