import type { RankingSystem } from '../application/index.ts'
import type { EventRecord, Subject } from '../data/index.ts'
import { type Decision, type RankRequest, readDecision } from './decision.ts'

/**
 * Everybody and everything that a decision's record names: who asked, what was shown and because of what, and what the
 * request brought. The log finds the record by each of them.
 */
export function subjectsOfDecision({ subject, item }: RankingSystem): (record: EventRecord) => Subject[] {
  return (record) => {
    const { request, items } = readDecision(record)
    const shown = items.flatMap(({ id, because }) => (because === undefined ? [id] : [id, because]))
    const ids = new Set([...shown, ...(request.exclude ?? []), ...(request.candidates ?? [])])
    // Of what the caller said of the moment nobody knows what it names: it counts for every entity.
    const facts = Object.values(request.context ?? {}).filter((fact) => typeof fact === 'string')
    const named = [
      { entity: subject, id: request.subject },
      ...Array.from(ids, (id) => ({ entity: item, id })),
      ...facts.map((id) => ({ entity: '', id })),
    ]
    return named.filter(({ id }) => id !== '')
  }
}

/** What is being erased: from now on a stranger, and nothing to show. */
export class HiddenSubjects {
  /** By name; each with how many erasures of it are under way. */
  readonly #hidden = new Map<string, { readonly subject: Subject; times: number }>()

  hide(subject: Subject): void {
    const known = this.#hidden.get(nameOf(subject))
    if (known) known.times++
    else this.#hidden.set(nameOf(subject), { subject, times: 1 })
  }

  show(subject: Subject): void {
    const known = this.#hidden.get(nameOf(subject))
    if (known && --known.times === 0) this.#hidden.delete(nameOf(subject))
  }

  /** Who a request to a system must not name, as of now. */
  of(system: Pick<RankingSystem, 'subject' | 'item'>): Disguise {
    const hidden = [...this.#hidden.values()].map(({ subject }) => subject)
    const ids = (entity: string): ReadonlySet<string> =>
      new Set(hidden.filter((each) => each.entity === entity).map(({ id }) => id))
    return { subjects: ids(system.subject), items: ids(system.item) }
  }
}

/** Who must not be named in an answer or its record. */
export interface Disguise {
  readonly subjects: ReadonlySet<string>
  readonly items: ReadonlySet<string>
}

/** The request as it is answered: a hidden subject is nobody, and hidden items are not shown. */
export function hideFrom(request: RankRequest, disguise: Disguise): RankRequest {
  const kept = disguiseRequest(request, disguise)
  return disguise.items.size === 0 ? kept : { ...kept, exclude: [...(kept.exclude ?? []), ...disguise.items] }
}

/** The request as it is kept: a hidden subject is nobody, hidden items are not mentioned. */
export function disguiseRequest(request: RankRequest, { subjects, items }: Disguise): RankRequest {
  const { exclude, candidates } = request
  const isShown = (id: string): boolean => !items.has(id)
  return {
    ...request,
    subject: subjects.has(request.subject) ? '' : request.subject,
    ...(exclude ? { exclude: exclude.filter(isShown) } : {}),
    ...(candidates ? { candidates: candidates.filter(isShown) } : {}),
  }
}

/** The decision without a hidden item as a reason; on the page it cannot be, because it was excluded. */
export function disguiseDecision(decision: Decision, { items }: Disguise): Decision {
  if (items.size === 0) return decision
  return {
    ...decision,
    items: decision.items
      .filter(({ id }) => !items.has(id))
      .map(({ because, ...item }) => (because === undefined || items.has(because) ? item : { ...item, because })),
  }
}

function nameOf({ entity, id }: Subject): string {
  return `${entity}:${id}`
}
