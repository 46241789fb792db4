import type { EventRecord } from '../../../data/index.ts'
import type { VideoPage } from './response.ts'
import type { VideoSession } from './sessions.ts'

/** Chooses pages from nothing but the records it was shown, in the order of the log. */
export interface VideoPolicy {
  /** Begins the names of its decisions. */
  readonly name: string
  observe(record: EventRecord): void
  page(session: VideoSession): VideoPage
}
