import { categories, category, defineSchema, integer, number, ref, text, timestamp } from '../../problem/index.ts'

/**
 * Films that people rate with half a star to five. Users, videos and ratings are what the layouts of the MovieLens and
 * MovieTweetings files give; a set that says nothing of its users has users of no attributes. `hide` is for a page that
 * is served.
 */
export const moviesSchema = defineSchema({
  entities: {
    user: {
      age: integer({ min: 0 }).optional(),
      gender: category().optional(),
      occupation: category().optional(),
    },
    video: {
      title: text(),
      genres: categories().optional(),
      publishedAt: timestamp().optional(),
    },
  },
  events: {
    rating: { user: ref('user'), video: ref('video'), stars: number({ min: 0.5, max: 5 }) },
    hide: { user: ref('user'), video: ref('video') },
  },
})
