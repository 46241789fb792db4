import { randomFrom } from '../../../foundation/index.ts'
import { distinctWeightedIndices } from '../../chance.ts'
import type { ResolvedSearchOptions } from './options.ts'
import { DEPARTMENTS } from './product-types.ts'

/** Made up; some are words of the language, as brands are. */
const NAMES = (
  'Norvik Alderon Tessaro Kumora Velmont Brightwater Summit Harbor Ember Juniper Okatane Ravello Stonefield Lumora ' +
  'Pikewood Calistra Dovrin Meridian Zephyro Quillon Fernhill Astorga Bexley Corvane Drumlin Elkhorn Foxglove Galvero ' +
  'Hollis Ivarsen Jorvik Kestrel Larkspur Monteira Nimbus Orsova Pemberly Quartz Rowan Sandoval Tamarind Umbra Vantano ' +
  'Willow Xandria Yarrow Zinnia Amarok Birkdal Copperline Delphine Everglen Fairlane Granite Haldane Indaro Jasper ' +
  'Kallisto Lindqvist Marlowe'
).split(' ')

/** A maker, and what is true of it. */
export interface Brand {
  readonly name: string
  /** Indices into `DEPARTMENTS`. */
  readonly departments: readonly number[]
  /** Natural logarithm of what it charges beside the middle of a type. */
  readonly level: number
  readonly quality: number
  /** How well known it is: its share of the lines. */
  readonly weight: number
  /** Begins its article numbers. */
  readonly code: string
  /** Which way of saying a type its titles prefer: 0 American, 1 British. */
  readonly dialect: 0 | 1
}

/** Draws all brands; each is at home in one to four departments, and every department has some. */
export function createBrands({ seed }: ResolvedSearchOptions): readonly Brand[] {
  return NAMES.map((name, number) => {
    const random = randomFrom(seed, 'brand', number)
    const home = number % DEPARTMENTS.length
    const others = distinctWeightedIndices(random, new Float64Array(DEPARTMENTS.length).fill(1), random.integer(4))
    const level = 0.4 * random.normal()
    return {
      name,
      departments: [...new Set([home, ...others])],
      level,
      // What costs more is a little better, on average.
      quality: 0.6 * level + 0.5 * random.normal(),
      weight: Math.exp(0.8 * random.normal()),
      code: codeOf(name, number),
      dialect: random.uniform() < 0.5 ? 0 : 1,
    }
  })
}

/** Two letters of the name and one that tells brands apart. */
function codeOf(name: string, number: number): string {
  return name.slice(0, 2).toUpperCase() + String.fromCharCode(65 + (number % 26))
}
