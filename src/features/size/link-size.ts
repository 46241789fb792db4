import type { Schema } from '../../problem/index.ts'
import type { LinksSpec } from '../aggregates/aggregate.ts'
import { columnSize, type Size, sumOfSizes } from './array-size.ts'
import { arenaEntries, expectedDistinct, type KeyGroups, keyGroups } from './key-draws.ts'
import { placesOf, populationOf, type StateWorkload, writesOf } from './state-workload.ts'
import { COMPACTED, keptDays } from './window-size.ts'

/** Numbers that an edge takes in each of its two lists. */
const WIDTH = 2

/** The lists of both ends of every edge between a key and a node that it used within the window. */
export function linksSize(schema: Schema, workload: StateWorkload, spec: LinksSpec): Size {
  const { event, by, through, hub, nodes } = spec
  const days = keptDays(workload, spec)
  const draws = (writesOf(workload, spec) * days) / workload.days
  const holds = (capacity: number) => (days < workload.days ? capacity * COMPACTED : capacity)
  const groupsOf = (path: string) => keyGroups([populationOf(schema, workload, event, path)])
  const keys = groupsOf(by)
  const ofNodes = through.map(groupsOf)
  const lists = (path: string, groups: KeyGroups, others: readonly KeyGroups[], most: number): Size => {
    const edgesOf = (group: number, progress: number) => {
      const met = others.map((other) => expectedDistinct(other, draws * progress * groups.shares[group]!))
      return Math.min(
        most,
        met.reduce((sum, count) => sum + count, 0),
      )
    }
    const room = arenaEntries(groups, edgesOf, { first: 4, holds })
    const edges = groups.keys.reduce((sum, count, group) => sum + count * edgesOf(group, 1), 0)
    const places = placesOf(schema, workload, event, path)
    return sumOfSizes(
      columnSize(room * WIDTH, 8, { first: 64 * WIDTH, saved: edges * WIDTH, order: 'expected' }),
      columnSize(places * 8, 4, { saved: places, order: 'scattered' }),
    )
  }
  return sumOfSizes(
    lists(by, keys, ofNodes, nodes),
    ...through.map((path, index) => lists(path, ofNodes[index]!, [keys], hub + 1)),
  )
}
