import { KNOWN_BEFORE_MS } from './known-before.ts'
import type { Layout } from './layout.ts'

/**
 * MovieLens as tab-separated files with a header: `users.tsv` (user, age, gender, occupation), `items.tsv` (item,
 * title, genres) and `ratings.tsv` (user, item, rating, timestamp); further columns are passed over. A video is
 * published on its `release_date`, where there is one, otherwise on the 1 January of the year in its title.
 */
export const MOVIELENS_TSV: Layout = {
  name: 'movielens-tsv',
  files: [
    {
      fileName: 'users.tsv',
      mapping: {
        delimiter: '\t',
        header: true,
        type: 'user',
        at: { constant: KNOWN_BEFORE_MS },
        fields: { user: 'user', age: { column: 'age', as: 'number' }, gender: 'gender', occupation: 'occupation' },
      },
    },
    {
      fileName: 'items.tsv',
      mapping: {
        delimiter: '\t',
        header: true,
        type: 'video',
        at: { constant: KNOWN_BEFORE_MS },
        fields: {
          video: 'item',
          title: 'title',
          genres: { column: 'genres', as: 'list', separator: '|' },
          publishedAt: {
            firstOf: [
              { column: 'release_date', as: 'date' },
              { column: 'title', as: 'year-in-text' },
            ],
          },
        },
      },
    },
    {
      fileName: 'ratings.tsv',
      mapping: {
        delimiter: '\t',
        header: true,
        type: 'rating',
        at: { column: 'timestamp', unit: 's' },
        fields: { user: 'user', video: 'item', stars: { column: 'rating', as: 'number' } },
      },
    },
  ],
}
