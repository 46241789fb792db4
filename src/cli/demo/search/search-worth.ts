import { bootstrapMean, type Interval, ndcgOfRanked } from '../../../evaluation/index.ts'
import type { Engine } from '../../../serving/index.ts'
import type { SearchSession, SearchWorld } from '../../../systems/index.ts'
import { withProgress } from '../../output.ts'

const PAGE = 10
const SEARCHES = 500

/** What a way to order answers is worth, with intervals over searches. */
export interface AnswerWorth {
  /** NDCG@10 by how far products truly answer what is looked for; taste does not count. */
  readonly ndcgAt10: Interval
  /** Clicks that a page of ten truly brings, of the person who searches. */
  readonly clicksPerPage: Interval
}

/** Ways to answer the same searches, none of which was learnt from. */
export interface SearchWorth {
  readonly searches: number
  /** As the system answers. */
  readonly model: AnswerWorth
  /** The same products as the text alone orders them. */
  readonly text: AnswerWorth
  /** The search that wrote the log. */
  readonly legacy: AnswerWorth
  /** Clicks of the ten products that this person would truly like best. */
  readonly bestClicksPerPage: Interval
  /** The share of searches that nothing was found for. */
  readonly nothingFound: number
}

/**
 * Asks what people type first, and judges the answers by the truth that only the world knows.
 *
 * @param legacyPages - by the number of a session, what the legacy search showed
 * @param atMs - the moment of the answers; products that are listed later answer nothing
 */
export async function worthOfSearch(
  engine: Engine,
  system: string,
  world: SearchWorld,
  {
    sessions,
    legacyPages,
    atMs,
    seed,
  }: {
    readonly sessions: readonly SearchSession[]
    readonly legacyPages: ReadonlyMap<number, readonly string[]>
    readonly atMs: number
    readonly seed: number
  },
): Promise<SearchWorth> {
  const asked = answerableSessions(world, sessions, atMs)
  const ways = { model: emptySeries(), text: emptySeries(), legacy: emptySeries() }
  const best: number[] = []
  let nothing = 0
  await withProgress('searching', async (update) => {
    for (const [place, session] of asked.entries()) {
      const orders = await ordersOf(engine, system, session)
      const judge = judgeOf(world, session, atMs)
      judge.add(ways.model, orders.model)
      judge.add(ways.text, orders.text)
      judge.add(ways.legacy, legacyPages.get(session.number) ?? [])
      best.push(judge.bestClicks)
      if (orders.model.length === 0) nothing++
      update(place, asked.length)
    }
  })
  const mean = (list: readonly number[]): Interval => bootstrapMean(Float64Array.from(list), { seed })
  const worth = ({ ndcg, clicks }: Series): AnswerWorth => ({ ndcgAt10: mean(ndcg), clicksPerPage: mean(clicks) })
  return {
    searches: asked.length,
    model: worth(ways.model),
    text: worth(ways.text),
    legacy: worth(ways.legacy),
    bestClicksPerPage: mean(best),
    nothingFound: nothing / Math.max(1, asked.length),
  }
}

/** Sessions spread over all that the shop has an answer for. */
export function answerableSessions(world: SearchWorld, sessions: readonly SearchSession[], atMs: number) {
  const answerable = sessions.filter((session) => world.grades(session, atMs).size > 0)
  const step = Math.max(1, Math.floor(answerable.length / SEARCHES))
  return answerable.filter((_, place) => place % step === 0).slice(0, SEARCHES)
}

interface Series {
  readonly ndcg: number[]
  readonly clicks: number[]
}

export function emptySeries(): Series {
  return { ndcg: [], clicks: [] }
}

/** The best, ten when not said, as the system orders what it found, and as the text alone does. */
export async function ordersOf(engine: Engine, system: string, { queries, user }: SearchSession, most = PAGE) {
  const { candidates, page } = engine.searching.live(system).system
  const items: { readonly id: string; readonly movedFrom: number }[] = []
  const request = { query: queries[0]!, limit: page.maxLimit, ...(user === undefined ? {} : { subject: user }) }
  for (let offset = 0; offset < candidates; offset += page.maxLimit) {
    const answer = await engine.search(system, { ...request, offset })
    items.push(...answer.items)
    if (answer.items.length < page.maxLimit) break
  }
  const byText = items.toSorted((a, b) => a.movedFrom - b.movedFrom)
  const ids = (list: typeof items): string[] => list.slice(0, most).map(({ id }) => id)
  return { model: ids(items), text: ids(byText) }
}

/** Judges answers to a search by the truth of the world. */
export function judgeOf(world: SearchWorld, session: SearchSession, atMs: number) {
  const grades = world.grades(session, atMs)
  const ideal = Float64Array.from(grades.values())
  const clicks = (ids: readonly string[]): number =>
    ids.reduce((sum, id, place) => {
      return sum + world.examinationProbability(place + 1) * world.clickProbability(session, id, atMs)
    }, 0)
  const liked = Array.from(grades.keys(), (id) => ({ id, value: world.clickProbability(session, id, atMs) }))
  liked.sort((a, b) => b.value - a.value)
  return {
    bestClicks: clicks(liked.slice(0, PAGE).map(({ id }) => id)),
    add({ ndcg, clicks: brought }: Series, ids: readonly string[]): void {
      ndcg.push(
        ndcgOfRanked(
          Float64Array.from(ids, (id) => grades.get(id) ?? 0),
          ideal,
          { k: PAGE },
        ),
      )
      brought.push(clicks(ids))
    },
  }
}
