import type { RowModel } from '../models/index.ts'
import type { Ranker } from '../ranking/index.ts'

/** What is wrong with the models of a ranker at this moment. */
export interface RankerFault {
  now: 'none' | 'throws' | 'no numbers'
}

/** A ranker whose loaded models throw or give no numbers while they are told to. */
export function breakable(ranker: Ranker): { ranker: Ranker; fault: RankerFault } {
  const fault: RankerFault = { now: 'none' }
  const load = (bytes: Uint8Array): RowModel => {
    const model = ranker.load(bytes)
    return {
      kind: model.kind,
      featureCount: model.featureCount,
      scoreRows(rows, rowCount, out) {
        if (fault.now === 'throws') throw new Error('the ranker is broken')
        model.scoreRows(rows, rowCount, out)
        if (fault.now === 'no numbers') out.fill(Number.NaN)
      },
      response: (score) => model.response(score),
      explain: (row) => model.explain(row),
      save: () => model.save(),
    }
  }
  return { ranker: { ...ranker, load }, fault }
}
