import {
  boolean,
  categories,
  category,
  defineSchema,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from '../../problem/index.ts'

/**
 * What a video service knows and sees. A user is shown videos (`impression`, position 1 at the top, with the decision
 * that put it there), watches some for a number of seconds, hides a video that is unwelcome,
 * may block a creator, and shares what is worth it to others.
 * Whether a watch counts as a success is for the system to say; here it is only what the client saw.
 */
export const videoSchema = defineSchema({
  entities: {
    user: {
      country: category(),
      birthYear: integer().optional(),
      device: category().optional(),
    },
    video: {
      title: text(),
      genres: categories(),
      creator: category(),
      language: category().optional(),
      publishedAt: timestamp(),
      durationSeconds: number({ min: 0 }).optional(),
      sponsored: boolean().optional(),
    },
  },
  events: {
    impression: { user: ref('user'), video: ref('video'), position: integer({ min: 1 }), decision: id() },
    watch: { user: ref('user'), video: ref('video'), seconds: number({ min: 0 }), decision: id().optional() },
    hide: { user: ref('user'), video: ref('video') },
    block: { user: ref('user'), creator: category() },
    share: { user: ref('user'), video: ref('video') },
  },
})
