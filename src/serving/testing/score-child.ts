import { DAY_MS } from '../../foundation/index.ts'
import { SMALL_PAYMENTS_START_MS } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { settingsOfChild, tellParent } from './child.ts'
import { PAYMENTS, promoteSmallModel, smallPayments, steadyPayments } from './small-payments.ts'

/** What the process that scores payments until it is killed is told. */
export interface ScoreChildSettings {
  readonly directory: string
  /** The first payment that it scores. */
  readonly from: number
}

/** What it says: a decision that was answered. */
export interface ScoreChildMessage {
  readonly event: string
  readonly decision: unknown
}

/** Payments at once: commits hold events, decisions and alerts of several. */
const AT_ONCE = 8
const EVENTS = steadyPayments(3_000)

const { directory, from } = settingsOfChild<ScoreChildSettings>()
const application = smallPayments()
const engine = Engine.open(application, { directory, clock: () => SMALL_PAYMENTS_START_MS + 200 * DAY_MS })
if (!engine.registry.champion(PAYMENTS)) promoteSmallModel(application, directory)
engine.reloadModels()
await engine.warmUp()
let next = from
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let event = EVENTS[next++]; event; event = EVENTS[next++]) {
      const decision = await engine.score(PAYMENTS, { event })
      tellParent({ event: event.id, decision } satisfies ScoreChildMessage)
    }
  }),
)
