import { type PageRule, ruleName } from '../page-rule.ts'
import { CANDIDATE_KIND } from '../ranked-candidates.ts'
import type { Page } from '../rerank.ts'
import type { RandomPage } from './random-pages.ts'

/** A place of a page as the rules speak of it. */
export interface Place {
  readonly item: number
  readonly kind: number
}

/**
 * What is wrong with a page, stated from the words of the rules and by nothing but counting: broken hard rules, pins
 * that moved, quotas that are missed without being named. Empty when nothing is.
 */
export function pageFaults(random: RandomPage, page: Page): string[] {
  const places = placesOf(random, page)
  const faults = random.rules.flatMap((rule) => ruleFaults(rule, places, random))
  if (new Set(places.map(({ item }) => item)).size < places.length) faults.push('an item twice')
  if (places.length > random.options.limit) faults.push('longer than the limit')
  if (page.short !== places.length < random.options.limit) faults.push('short without saying so')
  faults.push(...kindFaults(random.rules, places), ...pinFaults(random, page), ...quotaFaults(random, page, places))
  return faults
}

/** The places of a page; the kind is that of the candidate at the rank that the item moved from. */
export function placesOf({ candidates }: RandomPage, page: Page): Place[] {
  return page.page.map(({ item, movedFrom, sponsored }) => {
    const rank = movedFrom - 1
    const order = Array.from(candidates.items.keys()).sort(
      (a, b) => candidates.scores[b]! - candidates.scores[a]! || a - b,
    )
    const from = order[rank] ?? -1
    const kind = candidates.items[from] === item ? candidates.kinds![from]! : Number.NaN
    return { item, kind: (kind === CANDIDATE_KIND.sponsored) === sponsored ? kind : Number.NaN }
  })
}

/** Whether these places, from the top, keep every hard rule. */
export function keepsHardRules(random: RandomPage, places: readonly Place[]): boolean {
  return (
    new Set(places.map(({ item }) => item)).size === places.length &&
    kindFaults(random.rules, places).length === 0 &&
    random.rules.every((rule) => ruleFaults(rule, places, random).length === 0)
  )
}

/** How many of the first places count for a quota. */
export function countForQuota(
  rule: PageRule & { kind: 'quota' },
  places: readonly Place[],
  random: RandomPage,
): number {
  return places.slice(0, rule.among ?? random.options.limit).filter(({ item }) => {
    const values = Array.from(random.options.attributes(rule.by, item))
    if (rule.maxAgeMs === undefined) return values.includes(Number(rule.value))
    const age = (random.options.at ?? 0) - (values[0] ?? Number.NaN)
    return age >= 0 && age <= rule.maxAgeMs
  }).length
}

function ruleFaults(rule: PageRule, places: readonly Place[], { options }: RandomPage): string[] {
  const valuesOf = (path: string, place: Place) => [...new Set(Array.from(options.attributes(path, place.item)))]
  switch (rule.kind) {
    case 'deduplicate':
    case 'cap': {
      const most = rule.kind === 'cap' ? rule.perPage : 1
      return hasTooMany(places, most, (place) => valuesOf(rule.by, place)) ? [ruleName(rule)] : []
    }
    case 'slidingWindow': {
      const windows = places.map((_, start) => places.slice(start, start + rule.within))
      const isBroken = windows.some((window) => hasTooMany(window, rule.most, (place) => valuesOf(rule.by, place)))
      return isBroken ? [ruleName(rule)] : []
    }
    case 'sponsored':
      return places.flatMap((place, index) => {
        const next = places[index + 1]
        if (!next || (place.kind !== CANDIDATE_KIND.sponsored && next.kind !== CANDIDATE_KIND.sponsored)) return []
        const clash = rule.notBeside?.some((path) => hasTooMany([place, next], 1, (one) => valuesOf(path, one)))
        return clash ? ['beside a sponsored item'] : []
      })
    default:
      return []
  }
}

function hasTooMany(places: readonly Place[], most: number, valuesOf: (place: Place) => number[]): boolean {
  const all = places.flatMap(valuesOf)
  return all.some((value) => all.filter((other) => other === value).length > most)
}

function kindFaults(rules: readonly PageRule[], places: readonly Place[]): string[] {
  const faults: string[] = []
  for (const kind of ['sponsored', 'exploration'] as const) {
    const rule = rules.find((one) => one.kind === kind)
    const slots = rule?.kind === 'sponsored' || rule?.kind === 'exploration' ? rule.slots : []
    const distance = rule?.kind === 'sponsored' ? rule.minimumDistance : 1
    let last = Number.NEGATIVE_INFINITY
    places.forEach((place, index) => {
      if (Number.isNaN(place.kind)) faults.push('an item that was no such candidate')
      if (place.kind !== CANDIDATE_KIND[kind]) return
      if (!slots.includes(index + 1) || index - last < distance) faults.push(kind)
      last = index
    })
  }
  return faults
}

function pinFaults({ options }: RandomPage, page: Page): string[] {
  return options.pins
    .filter(({ item, position }) => {
      const isKept = page.page[position - 1]?.item === item
      return isKept === page.givenUp.some(({ rule }) => rule === `pin(${item} at ${position})`)
    })
    .map(({ item }) => `pin of ${item}`)
}

function quotaFaults(random: RandomPage, page: Page, places: readonly Place[]): string[] {
  return random.rules.flatMap((rule) => {
    if (rule.kind !== 'quota') return []
    const got = countForQuota(rule, places, random)
    const named = page.givenUp.find((one) => one.rule === ruleName(rule))
    const isRight = got >= rule.least ? named === undefined : named?.got === got && named.asked === rule.least
    return isRight ? [] : [ruleName(rule)]
  })
}
