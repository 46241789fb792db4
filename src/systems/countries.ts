/** A home country; `share` is its part of users and creators before any influx, summing to 1. */
export interface Country {
  readonly code: string
  readonly language: string
  readonly share: number
  readonly utcOffsetHours: number
}

/** Eight countries of uneven size; an index into the world's list of countries stands for one in `world/`. */
export const COUNTRIES: readonly Country[] = [
  { code: 'US', language: 'en', share: 0.27, utcOffsetHours: -6 },
  { code: 'BR', language: 'pt', share: 0.18, utcOffsetHours: -3 },
  { code: 'DE', language: 'de', share: 0.13, utcOffsetHours: 1 },
  { code: 'FR', language: 'fr', share: 0.12, utcOffsetHours: 1 },
  { code: 'MX', language: 'es', share: 0.11, utcOffsetHours: -6 },
  { code: 'GB', language: 'en', share: 0.09, utcOffsetHours: 0 },
  { code: 'JP', language: 'ja', share: 0.06, utcOffsetHours: 9 },
  { code: 'PL', language: 'pl', share: 0.04, utcOffsetHours: 1 },
]

/** The language that nearly everybody can follow. */
export const COMMON_LANGUAGE = 'en'
