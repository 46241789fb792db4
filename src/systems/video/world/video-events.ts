import type { EventRecord } from '../../../data/index.ts'
import { RecordQueue } from '../../record-queue.ts'
import { legacyPolicy } from './legacy-policy.ts'
import type { VideoPolicy } from './policy.ts'
import type { VideoWorld } from './video-world.ts'

/**
 * Everything that is sent to the log under a policy, in the order of time: users and videos as they appear,
 * impressions, watches, shares, hides and blocks. The policy sees every record before the caller does, and none that lies in
 * its future. Restarts the world, so that the same call gives the same records.
 *
 * @param untilMs - no page is opened from here on; what follows from the earlier ones still comes
 */
export function* generateVideoEvents(
  world: VideoWorld,
  policy: VideoPolicy = legacyPolicy(world.options),
  { untilMs = Number.POSITIVE_INFINITY }: { untilMs?: number } = {},
): Generator<EventRecord> {
  world.restart()
  const queue = new RecordQueue()
  for (const record of world.catalogue(untilMs)) queue.push(record)
  for (const session of world.sessions({ untilMs })) {
    yield* take(queue, policy, session.at)
    const decision = `${policy.name}-${session.user}-${session.number}-${session.page}`
    for (const record of world.respond(session, policy.page(session), decision)) queue.push(record)
  }
  yield* take(queue, policy, Number.POSITIVE_INFINITY)
}

function* take(queue: RecordQueue, policy: VideoPolicy, untilMs: number): Generator<EventRecord> {
  for (let record = queue.popUntil(untilMs); record; record = queue.popUntil(untilMs)) {
    policy.observe(record)
    yield record
  }
}
