import { DAY_MS } from '../../../foundation/index.ts'
import { createVideoWorld, findApplication, generateVideoEvents } from '../../../systems/index.ts'
import { type TrainingResult, trainSystem } from '../../../training/index.ts'
import type { Demo, DemoOptions } from '../demo.ts'
import { askPages } from './ask-pages.ts'
import { worthToPeople } from './page-worth.ts'
import { type MeasuredPages, videoText } from './video-text.ts'

/** The system that the demo is about. */
const SYSTEM = 'home'
const REQUESTS = 2_000

/** A video service: pages for people whose tastes are hidden from the engine. */
export function videoDemo({ seed, users, videos, days }: DemoOptions): Demo<TrainingResult, MeasuredPages> {
  const world = createVideoWorld({ seed, users, videos, ...(days === undefined ? {} : { days }) })
  const { options } = world
  return {
    application: findApplication('video'),
    system: SYSTEM,
    size: { users, videos, days: options.days },
    endMs: options.startMs + options.days * DAY_MS,
    learn: trainSystem,
    events: () => [...generateVideoEvents(world)],
    async measure({ engine, address, atMs, seed: asked }) {
      const pageLatency = await askPages(address, SYSTEM, { requests: REQUESTS, users, seed: asked })
      return { pageLatency, ...(await worthToPeople(engine, SYSTEM, world, { atMs, seed: asked })) }
    },
    text: videoText,
  }
}
