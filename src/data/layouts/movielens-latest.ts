import { KNOWN_BEFORE_MS } from './known-before.ts'
import type { Layout } from './layout.ts'

/** The newer MovieLens sets (latest, 20M, 25M, 32M): `movies.csv` and `ratings.csv`, quoted CSV with a header. */
export const MOVIELENS_LATEST: Layout = {
  name: 'movielens-latest',
  files: [
    {
      fileName: 'movies.csv',
      mapping: {
        delimiter: ',',
        header: true,
        type: 'video',
        at: { constant: KNOWN_BEFORE_MS },
        fields: {
          video: 'movieId',
          title: 'title',
          genres: { column: 'genres', as: 'list', separator: '|', except: ['(no genres listed)'] },
          publishedAt: { column: 'title', as: 'year-in-text' },
        },
      },
    },
    {
      fileName: 'ratings.csv',
      mapping: {
        delimiter: ',',
        header: true,
        type: 'rating',
        at: { column: 'timestamp', unit: 's' },
        fields: { user: 'userId', video: 'movieId', stars: { column: 'rating', as: 'number' } },
      },
    },
  ],
}
