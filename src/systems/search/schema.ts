import { boolean, category, defineSchema, id, integer, number, ref, text, timestamp } from '../../problem/index.ts'

/**
 * What a shop's search knows and sees. A product is listed and changed by events of its own type; `removed: true` takes
 * it out of the index, and `removed: false` brings it back. A search is one `query`: what was typed, how many products
 * it found and the `decision` that answered it; the products that were looked at are its impressions (position 1 at the
 * top), and what came of them are clicks, carts and orders of the same decision. Who is not signed in has no `user`.
 */
export const searchSchema = defineSchema({
  entities: {
    user: {
      country: category().optional(),
      device: category().optional(),
    },
    product: {
      title: text(),
      description: text().optional(),
      brand: category().optional(),
      category: category().optional(),
      colour: category().optional(),
      /** The maker's article number, such as `AX-300/b`. */
      code: category().optional(),
      price: number({ min: 0 }).optional(),
      rating: number({ min: 0, max: 5 }).optional(),
      listedAt: timestamp().optional(),
      /** Where it is, in degrees; both or none. */
      latitude: number({ min: -90, max: 90 }).optional(),
      longitude: number({ min: -180, max: 180 }).optional(),
      removed: boolean().optional(),
    },
    /** A product that stands at a place, from 1, of what a query finds; `removed: true` ends it. */
    pin: {
      query: text(),
      product: ref('product'),
      position: integer({ min: 1 }),
      removed: boolean().optional(),
    },
  },
  events: {
    query: {
      decision: id(),
      user: ref('user').optional(),
      text: text(),
      /** Products found in all, not on the page alone. */
      results: integer({ min: 0 }),
      /** The filters that were asked for or taken from the words, as JSON. */
      filters: text().optional(),
      /** Time that the answer took. */
      tookMs: number({ min: 0 }).optional(),
    },
    impression: {
      decision: id(),
      user: ref('user').optional(),
      product: ref('product'),
      position: integer({ min: 1 }),
    },
    click: {
      decision: id().optional(),
      user: ref('user').optional(),
      product: ref('product'),
      /** How long the product was looked at before the person came back or left. */
      seconds: number({ min: 0 }).optional(),
    },
    cart: { decision: id().optional(), user: ref('user').optional(), product: ref('product') },
    order: {
      decision: id().optional(),
      user: ref('user').optional(),
      product: ref('product'),
      quantity: integer({ min: 1 }).optional(),
      amount: number({ min: 0 }).optional(),
    },
  },
})
