import { parseArgs } from 'node:util'
import type { ShopSize } from './compare-searches.ts'

/** The arguments of a bench over one generated shop, and the command that runs it again. */
export function shopOptions(bench: string): {
  readonly size: ShopSize
  readonly command: string
  readonly json: boolean
} {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      products: { type: 'string', default: '5000' },
      people: { type: 'string', default: '2000' },
      days: { type: 'string', default: '21' },
      json: { type: 'boolean', default: false },
    },
  })
  const { json, ...given } = values
  const command = `node bench/${bench}.bench.ts ${Object.entries(given)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')}`
  const size = {
    seed: Number(given.seed),
    products: Number(given.products),
    people: Number(given.people),
    days: Number(given.days),
  }
  return { size, command, json }
}
