import type { RankRequest } from './decision.ts'
import type { LiveSystem } from './live-system.ts'
import { isSameRequest, pageRequest } from './page-request.ts'
import { type PageCall, type PageRequest, type PageTrace, rankPage } from './rank-page.ts'

/**
 * The page of a request, and the request as it was read, both as of one moment. A stranger may become known while a
 * source is slow: then the page is made again, because a replay at its offset would know them.
 *
 * @throws SluiceError `LIMIT_EXCEEDED`
 */
export async function answerPage(
  live: LiveSystem,
  request: RankRequest,
  at: number,
  call: PageCall,
): Promise<{ page: PageRequest; trace: PageTrace }> {
  for (;;) {
    const { changedAt } = live.state
    const page = pageRequest(live, request, at)
    const trace = await rankPage(live, page, call)
    if (live.state.changedAt === changedAt || isSameRequest(page, pageRequest(live, request, at)))
      return { page, trace }
  }
}
