import { defineFeatures } from '../../features/index.ts'
import { searchSchema } from './schema.ts'

/** A product that few have seen is as good as most. */
const FEW_CLICKS = [0.5, 5] as const

/** What is known of a product and of who asks; how a product answers a query, the ranker is told besides. */
export const searchFeatures = defineFeatures(searchSchema, (f) => {
  const product = { by: 'product', window: '30d' } as const
  const shown = f.count('impression', product)
  const clicked = f.count('click', product)
  return {
    price: f.attribute('product.price'),
    rating: f.attribute('product.rating'),
    age: f.daysSince('product.listedAt'),
    clickRate: f.ratio(clicked, shown, { prior: FEW_CLICKS }),
    cartRate: f.ratio(f.count('cart', product), clicked, { prior: [0.2, 4] }),
    orders: f.counts('order', { by: 'product', windows: ['1d', '7d', '30d'] }),
    impressions: f.counts('impression', { by: 'product', windows: ['1d', '7d'] }),
    clickTrend: f.trend('click', { of: 'product', halfLife: '3d' }),
    brandAffinity: f.affinity('click', { by: 'user', of: 'product.brand', halfLife: '14d' }),
    categoryAffinity: f.affinity('click', { by: 'user', of: 'product.category', halfLife: '14d' }),
    colourAffinity: f.affinity('click', { by: 'user', of: 'product.colour', halfLife: '14d' }),
    userProductClicks: f.count('click', { by: ['user', 'product'], window: '30d' }),
    brandOfLastClicks: f.recentShare('click', { by: 'user', of: 'product', path: 'product.brand', length: 5 }),
  }
})
