import { KNOWN_BEFORE_MS } from './known-before.ts'
import type { Layout } from './layout.ts'

/** MovieLens 1M as GroupLens gives it: `users.dat`, `movies.dat`, `ratings.dat`, cells between `::`, Latin-1. */
export const MOVIELENS_1M: Layout = {
  name: 'movielens-1m',
  files: [
    {
      fileName: 'users.dat',
      mapping: {
        delimiter: '::',
        header: ['user', 'gender', 'age', 'occupation', 'zip'],
        encoding: 'latin1',
        type: 'user',
        at: { constant: KNOWN_BEFORE_MS },
        fields: { user: 'user', age: { column: 'age', as: 'number' }, gender: 'gender', occupation: 'occupation' },
      },
    },
    {
      fileName: 'movies.dat',
      mapping: {
        delimiter: '::',
        header: ['item', 'title', 'genres'],
        encoding: 'latin1',
        type: 'video',
        at: { constant: KNOWN_BEFORE_MS },
        fields: {
          video: 'item',
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
        header: ['user', 'item', 'rating', 'timestamp'],
        encoding: 'latin1',
        type: 'rating',
        at: { column: 'timestamp', unit: 's' },
        fields: { user: 'user', video: 'item', stars: { column: 'rating', as: 'number' } },
      },
    },
  ],
}
