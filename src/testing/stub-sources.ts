import type { CandidateSource, OpenSource } from '../retrieval/index.ts'

/** A source that answers as it is told; for tests of what happens around sources. */
export function stubSource(name: string, retrieve: OpenSource['retrieve'], deadlineMs = 5): CandidateSource {
  return {
    name,
    spec: { kind: 'stub', name },
    quota: 10,
    deadlineMs,
    scoresItems: false,
    cost: 'scan',
    freshness: 'event',
    aggregates: () => [],
    open: () => ({ retrieve }),
  }
}

/** A source that never answers. */
export function silentSource(name: string, deadlineMs = 5): CandidateSource {
  return stubSource(name, () => new Promise(() => {}), deadlineMs)
}

/** A source that throws. */
export function brokenSource(name: string): CandidateSource {
  return stubSource(name, () => {
    throw new Error(`${name} is broken`)
  })
}
