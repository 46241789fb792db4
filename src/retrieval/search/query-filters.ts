import type { RecognisedFilter } from '../text/recognise-filters.ts'
import type { SearchQuestion } from './find-documents.ts'

/** A longer text of filters is left out of events. */
const LONGEST = 10_000

/** The filters of a search: those that were asked for, and those that were taken from its words. */
export interface QueryFilters {
  readonly asked?: SearchQuestion['filters']
  readonly recognised?: readonly RecognisedFilter[] | undefined
}

/** The filters of a search as its event has them; undefined when there are none, or more than 10,000 letters of them. */
export function queryFiltersText({ asked = {}, recognised = [] }: QueryFilters): string | undefined {
  const all = {
    ...(Object.keys(asked).length > 0 ? { asked } : {}),
    ...(recognised.length > 0 ? { recognised } : {}),
  }
  const text = JSON.stringify(all)
  return text === '{}' || text.length > LONGEST ? undefined : text
}

/** The filters that an event says were asked for; undefined when it says none, or nothing that can be read. */
export function readAskedFilters(value: unknown): SearchQuestion['filters'] | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  try {
    const read = JSON.parse(value) as QueryFilters | null
    const asked = read?.asked
    return typeof asked === 'object' && asked !== null && !Array.isArray(asked) ? asked : undefined
  } catch {
    return undefined
  }
}
