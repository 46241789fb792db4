import { boolean, category, defineSchema, id, number, ref, timestamp } from '../../problem/index.ts'

/**
 * What a card issuer knows and sees. A card pays at a terminal, a shop's or an online merchant's, from a device and
 * to an address where those are known. Whether a payment was a fraud is never among its fields: that comes as a
 * `report` of its own, days later, from the cardholder's bank, a reviewer or the customer; `payment` is the id of the
 * payment that it is about.
 */
export const fraudSchema = defineSchema({
  entities: {
    card: { country: category(), openedAt: timestamp().optional() },
    terminal: { kind: category(), country: category().optional() },
    device: {},
    address: {},
  },
  events: {
    payment: {
      card: ref('card'),
      terminal: ref('terminal'),
      /** A sum of windows would remember an absurd one as long as they last: such belong into the quarantine. */
      amount: number({ min: 0, max: 100_000_000 }),
      currency: category().optional(),
      /** `chip`, `contactless` or `online`. */
      channel: category().optional(),
      device: ref('device').optional(),
      address: ref('address').optional(),
    },
    report: {
      payment: id(),
      card: ref('card'),
      terminal: ref('terminal'),
      fraud: boolean(),
      /** `chargeback`, `review` or `customer`. */
      source: category().optional(),
    },
  },
})
