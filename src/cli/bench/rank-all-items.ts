import type { ItemLists } from '../../evaluation/index.ts'
import { type Interactions, type ItemModel, topItems } from '../../models/index.ts'

/**
 * The best `limit` items for every user who has something held out, from the history that the model learnt from. All
 * items are ranked but those of the history; ties go to the smaller number. Other users have an empty list.
 */
export function rankAllItems(
  model: ItemModel,
  histories: Interactions,
  heldOut: Interactions,
  limit: number,
): ItemLists {
  const starts = new Uint32Array(histories.userCount + 1)
  const ranked: number[] = []
  const scores = new Float64Array(model.itemCount)
  for (let user = 0; user < histories.userCount; user++) {
    if (heldOut.starts[user]! < heldOut.starts[user + 1]!) {
      const history = histories.items.subarray(histories.starts[user], histories.starts[user + 1])
      model.scoreItems(history, undefined, scores)
      for (const item of history) scores[item] = Number.NEGATIVE_INFINITY
      ranked.push(...topItems(scores.keys(), scores, limit, undefined, Number.NEGATIVE_INFINITY).items)
    }
    starts[user + 1] = ranked.length
  }
  return { starts, items: Int32Array.from(ranked) }
}
