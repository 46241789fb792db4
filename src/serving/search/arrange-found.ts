import {
  CANDIDATE_KIND,
  type ExplainedPage,
  explainPage,
  type GivenUp,
  type KeptOut,
  type Move,
  type Pin,
} from '../../reranking/index.ts'
import type { FoundByQuery, PinnedDocument } from '../../retrieval/index.ts'
import type { LiveSearch } from './live-search.ts'

/** A place of what was found, by the rules of pages and by pins. */
export interface ArrangedPlace {
  /** Its place in what was found. */
  readonly place: number
  /** What moved it there, of what the pages before it left; empty when nothing did. */
  readonly because: readonly Move[]
  /** It stands in a slot for sponsored documents. */
  readonly sponsored: boolean
  /** The pin that it stands there by. */
  readonly pin?: string
}

/** Pages of what was found, one after the other. */
export interface ArrangedFound {
  readonly places: readonly ArrangedPlace[]
  /** What rules and pins ask for and the page that was asked for does not hold. */
  readonly givenUp: readonly GivenUp[]
}

/** What is arranged: the best documents, in their order. */
export interface Arranging {
  readonly found: FoundByQuery
  /** Places in what was found, best first. */
  readonly order: Int32Array
  /** Shape (found,), by place. */
  readonly scores: Float64Array
  readonly pins: readonly PinnedDocument[]
  readonly limit: number
  /** Documents before the page. */
  readonly offset: number
  readonly at: number
}

/**
 * Whether pages are arranged at all: without rules and pins they are what was found, in its order.
 */
export function isArranged({ system }: Pick<LiveSearch, 'system'>, pins: readonly PinnedDocument[]): boolean {
  return (system.reranking?.length ?? 0) > 0 || pins.length > 0
}

/**
 * Cuts documents into pages on which the rules hold, from the first page to the one that is asked for. What rules keep from
 * a page is left for the next; a page that they leave short takes the best of what is left, so everything that was found
 * has its place, and a page goes on where the one before it ended.
 *
 * @remarks O(pages * documents); at most `candidates` documents.
 */
export function arrangeFound(live: LiveSearch, arranging: Arranging): ArrangedFound {
  const { order, limit, offset } = arranging
  const places: ArrangedPlace[] = []
  let givenUp: readonly GivenUp[] = []
  let left = Array.from(order)
  while (left.length > 0 && places.length < offset + limit) {
    const first = places.length
    const page = arrangePage(live, arranging, { left, first })
    const shown = page.page.map(({ item, because, sponsored }): ArrangedPlace => {
      const place = left.find((one) => arranging.found.items[one] === item)!
      return { place, because, sponsored, ...pinOf(live, arranging, { item, position: first + 1, because }) }
    })
    const taken = new Set(shown.map(({ place }) => place))
    const rest = left.filter((place) => !taken.has(place))
    const filling = rest.slice(0, limit - shown.length)
    places.push(...shown, ...filling.map((place) => ({ place, because: [], sponsored: false })))
    left = rest.slice(filling.length)
    if (first <= offset) givenUp = givenUpOf(page, filling.length)
  }
  return { places, givenUp }
}

/** What keeps a document from the first page; undefined when nothing does but its score. */
export function whyNotOnFirstPage(live: LiveSearch, arranging: Arranging, item: number): KeptOut | undefined {
  const page = arrangePage(live, arranging, { left: Array.from(arranging.order), first: 0 })
  return page.keptOut.find((candidate) => candidate.item === item)
}

function arrangePage(
  live: LiveSearch,
  { found, scores, pins, limit, at }: Arranging,
  { left, first }: { left: readonly number[]; first: number },
): ExplainedPage {
  const isSponsored = sponsoredReader(live)
  const paid = left.filter((place) => isSponsored(found.items[place]!))
  const all = [...left, ...paid]
  const candidates = {
    items: Int32Array.from(all, (place) => found.items[place]!),
    scores: Float64Array.from(all, (place) => scores[place]!),
    kinds: Uint8Array.from(all, (_, row) => (row < left.length ? CANDIDATE_KIND.organic : CANDIDATE_KIND.sponsored)),
  }
  const { read, valueNumber } = live.pageAttributes
  const options = { limit, at, attributes: read, valueNumber, pins: pinsOfPage(live, pins, { first, limit }) }
  return explainPage(candidates, live.system.reranking ?? [], options)
}

function sponsoredReader({ state, system }: LiveSearch): (item: number) => boolean {
  if (system.sponsored === undefined) return () => false
  const number = state.attributes.numberReader(`${system.documents}.${system.sponsored}`)
  return (item) => number(item) === 1
}

/** The pins whose places are on a page, counted from its top. */
function pinsOfPage(
  { state, system }: LiveSearch,
  pins: readonly PinnedDocument[],
  { first, limit }: { first: number; limit: number },
): Pin[] {
  const names = state.attributes.keys(system.documents)
  return pins
    .filter(({ position, document }) => position > first && position <= first + limit && names.find(document) >= 0)
    .map(({ document, position }) => ({ item: names.find(document), position: position - first }))
}

function pinOf(
  { state, system }: LiveSearch,
  { pins }: Arranging,
  { item, because }: { item: number; position: number; because: readonly Move[] },
): { pin?: string } {
  if (!because.some(({ rule }) => rule === 'pin')) return {}
  const names = state.attributes.keys(system.documents)
  const own = pins.find(({ document }) => names.find(document) === item)
  return own === undefined ? {} : { pin: own.pin }
}

/** With the places that rules would have left empty. */
function givenUpOf({ page, givenUp }: ExplainedPage, filled: number): readonly GivenUp[] {
  if (filled === 0) return givenUp
  return [...givenUp, { rule: 'rules', asked: page.length + filled, got: page.length, because: 'documents' }]
}
