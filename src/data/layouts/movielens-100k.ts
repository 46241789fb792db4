import { KNOWN_BEFORE_MS } from './known-before.ts'
import type { Layout } from './layout.ts'

const GENRES = [
  'unknown',
  'Action',
  'Adventure',
  'Animation',
  "Children's",
  'Comedy',
  'Crime',
  'Documentary',
  'Drama',
  'Fantasy',
  'Film-Noir',
  'Horror',
  'Musical',
  'Mystery',
  'Romance',
  'Sci-Fi',
  'Thriller',
  'War',
  'Western',
]

/**
 * MovieLens 100K as GroupLens gives it: `u.user`, `u.item` (Latin-1, nineteen genre flags), `u.data`.
 *
 * @see Harper & Konstan 2015, ACM TiiS 5(4); the README of the data set.
 */
export const MOVIELENS_100K: Layout = {
  name: 'movielens-100k',
  files: [
    {
      fileName: 'u.user',
      mapping: {
        delimiter: '|',
        header: ['user', 'age', 'gender', 'occupation', 'zip'],
        type: 'user',
        at: { constant: KNOWN_BEFORE_MS },
        fields: { user: 'user', age: { column: 'age', as: 'number' }, gender: 'gender', occupation: 'occupation' },
      },
    },
    {
      fileName: 'u.item',
      mapping: {
        delimiter: '|',
        header: ['item', 'title', 'released', 'releasedOnVideo', 'url', ...GENRES],
        encoding: 'latin1',
        type: 'video',
        at: { constant: KNOWN_BEFORE_MS },
        fields: {
          video: 'item',
          title: 'title',
          genres: { columns: GENRES, as: 'flags' },
          publishedAt: { column: 'released', as: 'date' },
        },
      },
    },
    {
      fileName: 'u.data',
      mapping: {
        delimiter: '\t',
        header: ['user', 'item', 'rating', 'timestamp'],
        type: 'rating',
        at: { column: 'timestamp', unit: 's' },
        fields: { user: 'user', video: 'item', stars: { column: 'rating', as: 'number' } },
      },
    },
  ],
}
