import { assert, type Clock } from '../foundation/index.ts'
import { type CandidateSource, NOTHING, type OpenSource, type SourceResult } from './candidate-source.ts'
import type { RetrievalRequest } from './environment.ts'

/** What came of asking a source; `dropped` says why there is nothing to use. */
export interface SourceAnswer {
  readonly result: SourceResult
  readonly dropped?: 'failed' | 'deadline'
}

const LATE = Symbol('late')

/**
 * Asks one source. It may fail or take too long without harm to the others: one that answers at once is asked only
 * while there is time, and its answer is always used; one that answers later is waited for until its deadline.
 *
 * @returns a promise when the source gives one, and never one that rejects
 * @param time.until - when the time of all sources together is over, by `clock`
 */
export function askSource(
  { quota, deadlineMs, opened }: CandidateSource & { readonly opened: OpenSource },
  request: RetrievalRequest,
  { until, clock }: { until: number; clock: Clock },
): SourceAnswer | Promise<SourceAnswer> {
  const remainingMs = until - clock()
  if (!(remainingMs > 0)) return { result: NOTHING, dropped: 'deadline' }
  try {
    const answer = opened.retrieve(request, quota)
    return 'then' in answer ? laterAnswer(answer, Math.min(deadlineMs, remainingMs)) : sound(answer)
  } catch {
    return { result: NOTHING, dropped: 'failed' }
  }
}

async function laterAnswer(answer: Promise<SourceResult>, limitMs: number): Promise<SourceAnswer> {
  try {
    const found = await withinTime(answer, limitMs)
    return found === LATE ? { result: NOTHING, dropped: 'deadline' } : sound(found)
  } catch {
    return { result: NOTHING, dropped: 'failed' }
  }
}

function sound(result: SourceResult): SourceAnswer {
  assert(result.items.length === result.scores.length, 'a source has a score for every item')
  return { result }
}

/** The answer, or `LATE` when it takes longer; a late answer, or a late failure, is let go. */
async function withinTime<T>(answer: Promise<T>, limitMs: number): Promise<T | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), limitMs)
  })
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, timeout])
  } finally {
    clearTimeout(timer)
  }
}
