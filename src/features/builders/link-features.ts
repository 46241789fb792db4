import { type Duration, durationMs } from '../../foundation/index.ts'
import type { Condition, Schema } from '../../problem/index.ts'
import type { LinksSpec } from '../aggregates/aggregate.ts'
import { LinkSearch } from '../aggregates/link-search.ts'
import type { Links } from '../aggregates/links.ts'
import type { Column, Feature } from '../feature.ts'
import { pathEntity } from '../request-frame.ts'
import { eventFaults, keyPathFaults } from './checks.ts'

/** How links are found and read, as the application writes it. */
export interface LinksOptions {
  readonly by: string
  readonly through: readonly string[]
  readonly window: Duration
  readonly halfLife: Duration
  readonly most?: number | undefined
  readonly hub?: number | undefined
  readonly keep?: { readonly nodes: number } | undefined
  readonly where?: Condition | undefined
}

/** What is read when nothing else is said. */
const MOST = 200
const HUB = 60
const NODES = 16
const COLUMNS = ['size', 'score', 'shared', 'degree', 'close'] as const
const NODE_KINDS: readonly string[] = ['reference', 'category']

/** What a key is linked with through what it shares with others; see `FeatureBuilder.links`. */
export function linksFeature(schema: Schema, event: string, options: LinksOptions): Feature {
  const { by, through, window, halfLife, most = MOST, hub = HUB, keep, where } = options
  const [windowMs, halfLifeMs] = [durationMs(window), durationMs(halfLife)]
  const aggregate: LinksSpec = { kind: 'links', event, where, by, through, windowMs, hub, nodes: keep?.nodes ?? NODES }
  const faults = [
    ...eventFaults(schema, event, where),
    ...keyPathFaults(schema, event, by, []),
    ...nodeFaults(schema, event, options),
  ]
  // One search serves all columns of a row.
  const searches = new WeakMap<Links, LinkSearch>()
  const searchOf = (links: Links): LinkSearch => {
    const known = searches.get(links)
    if (known) return known
    const search = new LinkSearch(links, { windowMs, halfLifeMs, most })
    searches.set(links, search)
    return search
  }
  const columns = COLUMNS.map(
    (name): Column => ({
      suffix: name,
      entities: [pathEntity(schema, event, by)],
      open(state) {
        const links = state.aggregate<'links'>(aggregate)
        const search = searchOf(links)
        const code = links.reader()
        return (frame) => {
          const key = code(frame)
          return key < 0 ? Number.NaN : search.run(key, frame.at)[name]
        }
      },
    }),
  )
  return { spec: { ...aggregate, halfLifeMs, most }, aggregates: [aggregate], columns, faults }
}

function nodeFaults(schema: Schema, event: string, { by, through }: LinksOptions): string[] {
  const fields = Object.hasOwn(schema.events, event) ? schema.events[event] : undefined
  if (!fields) return []
  const usable = Object.keys(fields).filter((name) => name !== by && NODE_KINDS.includes(fields[name]?.kind ?? ''))
  const unknown = through.filter((name) => !usable.includes(name))
  const known = usable.join(', ') || 'it has none'
  const faults = unknown.map((name) => `through: expected references or categories of ${event} (${known}), got ${name}`)
  if (new Set(through).size < through.length) faults.push(`through: expected different fields, got ${through}`)
  return faults
}
