import { SluiceError } from '../foundation/index.ts'
import type { RankRequest } from './decision.ts'
import type { LiveSystem } from './live-system.ts'
import type { PageRequest } from './rank-page.ts'

/** A request in the engine's numbers. @throws SluiceError `LIMIT_EXCEEDED` */
export function pageRequest(live: LiveSystem, request: RankRequest, at: number): PageRequest {
  const { subject, item, page, retrieval } = live.system
  const { attributes } = live.state
  const limit = request.limit ?? page.limit
  if (limit > page.maxLimit) {
    throw new SluiceError('LIMIT_EXCEEDED', `limit: expected at most ${page.maxLimit}, got ${limit}; ask for less`)
  }
  const items = attributes.keys(item)
  const numbers = (names: readonly string[]) => names.map((name) => items.find(name)).filter((number) => number >= 0)
  const given = request.candidates && Int32Array.from(new Set(numbers(request.candidates)))
  if (given && given.length > retrieval.candidates) {
    throw new SluiceError('LIMIT_EXCEEDED', `candidates: expected at most ${retrieval.candidates}, got ${given.length}`)
  }
  return {
    subject: attributes.keys(subject).find(request.subject),
    at,
    limit,
    exclude: new Set(numbers(request.exclude ?? [])),
    ...(given ? { given } : {}),
  }
}

/** Whether two readings of one request name the same: a name that was unknown has no number. */
export function isSameRequest(a: PageRequest, b: PageRequest): boolean {
  return a.subject === b.subject && a.exclude.size === b.exclude.size && a.given?.length === b.given?.length
}
