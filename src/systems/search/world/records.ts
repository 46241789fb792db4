import type { EventRecord } from '../../../data/index.ts'
import { DAY_MS } from '../../../foundation/index.ts'
import { COUNTRIES } from '../../countries.ts'
import { COLOURS } from './colours.ts'
import type { HiddenShop } from './hidden-shop.ts'
import { PRODUCT_TYPES } from './product-types.ts'
import type { Product } from './products.ts'
import { productName } from './response.ts'

/** What makes people and products known, and products sold out, in the order of time. */
export function catalogueRecords(shop: HiddenShop): EventRecord[] {
  const { options, people, products } = shop
  const records = people.map(({ country, device }, person): EventRecord => {
    const about = { user: `u${person}`, country: COUNTRIES[country]!.code, device }
    return { id: `user-u${person}`, type: 'user', at: options.startMs, ...about }
  })
  for (const [number, product] of products.entries()) {
    const at = Math.max(options.startMs, product.listedAt)
    records.push({ id: `product-p${number}`, type: 'product', at, ...productFields(shop, number, product) })
    if (product.removedAt < options.startMs + options.days * DAY_MS) {
      const gone = { product: productName(number), removed: true }
      records.push({ id: `product-p${number}-gone`, type: 'product', at: product.removedAt, ...gone })
    }
  }
  // The sort is stable: at the same moment, people before products and each in the order of their numbers.
  return records.sort((a, b) => a.at - b.at)
}

/** A product as the shop describes it. */
export function productFields(shop: HiddenShop, number: number, product: Product) {
  const { type, brand, colour, title, description, code, price, rating, listedAt } = product
  return {
    product: productName(number),
    title,
    description,
    brand: shop.brands[brand]!.name,
    category: PRODUCT_TYPES[type]!.name,
    colour: COLOURS[colour]!.plain,
    code,
    price,
    ...(rating === undefined ? {} : { rating }),
    listedAt,
  }
}
