import { ByteWriter, SluiceError } from '../../foundation/index.ts'
import { requireHistory } from '../item-history.ts'
import type { ItemModel } from '../item-model.ts'
import { openModelFile, writeModelFile } from '../model-file.ts'
import { loadSingleItemModel } from './load-single-item-model.ts'
import { marksOf, standardise } from './standardise.ts'

const KIND = 'blend'
const VERSION = 1
/** Room for all of a saved blend but its members, so that the writer need not grow and copy. */
const HEADER_BYTES = 1024

/** A model and how much its opinion counts. */
export interface BlendMember {
  readonly model: ItemModel
  /** Finite; below 0 speaks against what the model speaks for. */
  readonly weight: number
}

/**
 * The weighted sum of several models' scores, each brought to mean 0 and deviation 1 over the items that the history
 * does not hold, so that models of different scales can be added. A model that has the same score for all of them says
 * nothing.
 */
export class Blend implements ItemModel {
  readonly kind = KIND
  readonly members: readonly BlendMember[]

  /**
   * @throws SluiceError `INVALID_ARGUMENT` without a member or at a weight that is not finite, `SHAPE_MISMATCH` when
   * the members speak of different numbers of items
   */
  constructor(members: readonly BlendMember[]) {
    requireMembers(members)
    this.members = members
  }

  get itemCount(): number {
    return this.members[0]!.model.itemCount
  }

  /** @remarks The cost of all members and O(members * itemCount). */
  scoreItems(history: Int32Array, weights: Float64Array | undefined, out: Float64Array): void {
    requireHistory(this, history, weights, out)
    const met = marksOf(history, this.itemCount)
    const scores = new Float64Array(this.itemCount)
    out.fill(0)
    for (const { model, weight } of this.members) {
      model.scoreItems(history, weights, scores)
      standardise(scores, met)
      for (let item = 0; item < out.length; item++) out[item]! += weight * scores[item]!
    }
  }

  save(): Uint8Array {
    const saved = this.members.map(({ model }) => model.save())
    const bytes = saved.reduce((sum, { length }) => sum + length, 0)
    const payload = new ByteWriter(bytes + HEADER_BYTES).json({ weights: this.members.map(({ weight }) => weight) })
    for (const member of saved) payload.bytes(member)
    return writeModelFile(KIND, VERSION, payload.finish())
  }
}

/**
 * @throws SluiceError `MODEL_CORRUPT` or `MODEL_MISMATCH`, see {@link openModelFile}; a member that is a blend is refused
 */
export function loadBlend(bytes: Uint8Array): Blend {
  const { payload } = openModelFile(bytes, { kind: KIND, newestVersion: VERSION })
  const { weights } = payload.json() as { weights: readonly number[] }
  return new Blend(weights.map((weight) => ({ weight, model: loadSingleItemModel(payload.bytes()) })))
}

function requireMembers(members: readonly BlendMember[]): void {
  const counts = members.map(({ model }) => model.itemCount)
  if (counts.length === 0) {
    throw new SluiceError('INVALID_ARGUMENT', 'blend: expected at least one model, got none; name its members')
  }
  if (counts.some((count) => count !== counts[0])) {
    throw new SluiceError(
      'SHAPE_MISMATCH',
      `blend: expected members over the same items, got ${counts.join(', ')} items; fit them on the same interactions`,
    )
  }
  const wrong = members.find(({ weight }) => !Number.isFinite(weight))
  if (!wrong) return
  throw new SluiceError('INVALID_ARGUMENT', `blend: expected finite weights, got ${wrong.weight}; correct the weight`)
}
