import type { Application, RankingSystem } from '../application/index.ts'
import {
  catalogueCoverage,
  type ItemLists,
  intraListDiversity,
  longTailShare,
  meanOfDefined,
  novelty,
} from '../evaluation/index.ts'
import type { AttributeStore } from '../features/index.ts'
import type { KnownItems } from './item-popularity.ts'

/** What is known of the items that pages are made of. */
export interface Catalogue {
  readonly itemCount: number
  /** Shape (itemCount,): how many people met each item before the first page. */
  readonly knownBy: Uint32Array
  /** How many people had met anything. */
  readonly people: number
  /** The categories of an item, of all its category attributes together. */
  readonly categories: (item: number) => ReadonlySet<number>
}

/** What a page is worth beyond being right; all over pages of ten. */
export interface PageWorth {
  /** Share of the catalogue that is on at least one page. */
  readonly coverageAt10: number
  /** Mean self-information of what is shown, in bits: how few people know it; `null` when nothing is shown. */
  readonly noveltyAt10: number | null
  /** Share of the places that go to items outside the head, which holds 80 % of all meetings. */
  readonly longTailShareAt10: number | null
  /** Mean over pages of the mean Jaccard distance of two items by their categories. */
  readonly diversityAt10: number | null
}

/** The catalogue as a state knows it, of items that were known to so many people. */
export function catalogueOf(
  { schema }: Application,
  { item }: RankingSystem,
  attributes: AttributeStore,
  known: KnownItems,
): Catalogue {
  const paths = Object.entries(schema.entities[item] ?? {})
    .filter(([, { kind }]) => kind === 'category' || kind === 'categories')
    .map(([name]) => `${item}.${name}`)
  const itemCount = Math.max(1, attributes.keys(item).size)
  const sets = new Map<number, ReadonlySet<number>>()
  return {
    itemCount,
    people: known.people,
    knownBy: Uint32Array.from({ length: itemCount }, (_, key) => known.counts[key] ?? 0),
    categories(key) {
      const kept = sets.get(key) ?? new Set(paths.flatMap((path) => [...attributes.categoryList(path, key)]))
      sets.set(key, kept)
      return kept
    },
  }
}

/** Measures pages beyond accuracy. */
export function pageWorth(lists: ItemLists, catalogue: Catalogue): PageWorth {
  const pages = Array.from({ length: lists.starts.length - 1 }, (_, page) =>
    lists.items.subarray(lists.starts[page]!, Math.min(lists.starts[page]! + 10, lists.starts[page + 1]!)),
  )
  const shown = Int32Array.from(pages.flatMap((page) => [...page]))
  const distance = categoryDistance(catalogue)
  const diversity = Float64Array.from(pages, (page) => intraListDiversity(page, distance))
  return {
    coverageAt10: catalogueCoverage(shown, catalogue.itemCount),
    noveltyAt10: defined(novelty(shown, catalogue.knownBy, Math.max(1, catalogue.people))),
    longTailShareAt10: defined(longTailShare(shown, catalogue.knownBy)),
    diversityAt10: defined(meanOfDefined(diversity)),
  }
}

/** 1 - Jaccard similarity; two items of no category at all are alike. */
function categoryDistance({ categories }: Catalogue): (first: number, second: number) => number {
  return (first, second) => {
    const [left, right] = [categories(first), categories(second)]
    let common = 0
    for (const category of left) if (right.has(category)) common++
    const either = left.size + right.size - common
    return either === 0 ? 0 : 1 - common / either
  }
}

function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
