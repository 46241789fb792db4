import type { Brand } from './brands.ts'
import type { ResolvedSearchOptions } from './options.ts'
import type { Person } from './people.ts'
import type { Product } from './products.ts'

/** Everything that is true of a world and that no search sees. */
export interface HiddenShop {
  readonly options: ResolvedSearchOptions
  readonly brands: readonly Brand[]
  readonly products: readonly Product[]
  readonly people: readonly Person[]
  /** Numbers of products by type, in the order of their listing. */
  readonly productsOfType: readonly (readonly number[])[]
  /** By day and type, how much it is asked for by people who have no preference. */
  readonly demand: readonly Float64Array[]
}
