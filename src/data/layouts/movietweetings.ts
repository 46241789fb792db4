import { KNOWN_BEFORE_MS } from './known-before.ts'
import type { Layout } from './layout.ts'

/**
 * MovieTweetings: `movies.dat` and `ratings.dat`, cells between `::`. Ratings from 1 to 10 become 0.5 to 5 stars; a
 * rating of 0 is out of range and goes to the quarantine.
 *
 * @see Dooms, De Pessemier & Martens 2013, CrowdRec at RecSys.
 */
export const MOVIETWEETINGS: Layout = {
  name: 'movietweetings',
  files: [
    {
      fileName: 'movies.dat',
      mapping: {
        delimiter: '::',
        header: ['movie', 'title', 'genres'],
        type: 'video',
        at: { constant: KNOWN_BEFORE_MS },
        fields: {
          video: 'movie',
          title: 'title',
          genres: { column: 'genres', as: 'list', separator: '|' },
          publishedAt: { column: 'title', as: 'year-in-text' },
        },
      },
    },
    {
      fileName: 'ratings.dat',
      mapping: {
        delimiter: '::',
        header: ['user', 'movie', 'rating', 'timestamp'],
        type: 'rating',
        at: { column: 'timestamp', unit: 's' },
        fields: { user: 'user', video: 'movie', stars: { column: 'rating', as: 'number', scale: 0.5 } },
      },
    },
  ],
}
