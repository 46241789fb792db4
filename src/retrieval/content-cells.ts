import type { EventRecord } from '../data/index.ts'
import { FeatureState, type Sequence } from '../features/index.ts'
import { isSluiceError } from '../foundation/index.ts'
import { satisfies } from '../problem/index.ts'
import type { ContentCellsSpec } from './content-cells-spec.ts'
import { contentVectors } from './content-vectors.ts'
import type { RetrievalSetting } from './environment.ts'
import { meanOfVectors } from './mean-of-vectors.ts'
import { subjectHistory } from './sources/item-to-item.ts'
import { buildVectorIndex, FLAT_BELOW } from './vectors/build-vector-index.ts'

/** Subjects whose searches say how many cells have to be read. */
const SAMPLED_SUBJECTS = 400
const SEED = 1

/** Cells, and what their build found out. */
export interface BuiltCells {
  /** What `VectorIndex.saveCells` gave. */
  readonly bytes: Uint8Array
  readonly items: number
  /** Share of the exact best 100 that a search found, over a sample of subjects. */
  readonly recall: number
  /** Cells that a search for up to 100 items reads. */
  readonly probes: number
}

/** Collects the descriptions of items and the histories of subjects, in one pass over the log, and builds cells of them. */
export class ContentCells {
  readonly #spec: ContentCellsSpec
  readonly #setting: RetrievalSetting
  readonly #state: FeatureState
  readonly #recent: Sequence

  constructor(setting: RetrievalSetting, spec: ContentCellsSpec) {
    const history = subjectHistory(setting, spec.event, spec.where, spec.history)
    this.#spec = spec
    this.#setting = setting
    this.#state = new FeatureState(setting.schema, [history])
    this.#recent = this.#state.aggregate<'sequence'>(history)
  }

  /** Takes in a record; records come in the order of the log. */
  apply(offset: number, record: EventRecord): void {
    const { event, where } = this.#spec
    const isMeeting = record.type === event && satisfies(record, where)
    if (isMeeting || record.type === this.#setting.item) this.#state.apply(offset, record)
  }

  /**
   * The cells in which items are searched for by what they are described like; undefined when there are so few items
   * that all are read, or when cells find too little of the best. Whatever is described later goes to the nearest of the
   * same cells, so that a search hangs on them and the descriptions alone.
   *
   * @param least - items from which there are cells
   */
  build(least = FLAT_BELOW): BuiltCells | undefined {
    const vectors = this.#vectors()
    const { dimensions } = this.#spec
    const items = vectors.length / dimensions
    if (items < least) return undefined
    const queries = this.#queries()
    const options = { vectors, dimensions, modelId: 'content', seed: SEED, kind: 'inverted-lists' } as const
    try {
      const index = buildVectorIndex({ ...options, ...(queries.length > 0 ? { queries } : {}) })
      return { bytes: index.saveCells(), items, recall: index.recall, probes: index.probes }
    } catch (error) {
      if (isSluiceError(error, 'GATE_FAILED')) return undefined
      throw error
    }
  }

  #vectors(): Float32Array {
    const { attributes } = this.#state
    const { of, dimensions } = this.#spec
    const describe = contentVectors(attributes, of)
    const { size } = attributes.keys(this.#setting.item)
    const all = new Float32Array(size * dimensions)
    let count = 0
    for (let item = 0; item < size; item++) {
      const vector = all.subarray(count * dimensions, (count + 1) * dimensions)
      describe(item, vector)
      if (vector.some((value) => value !== 0)) count++
    }
    return all.subarray(0, count * dimensions)
  }

  /** What some subjects would ask with now. */
  #queries(): Float32Array {
    const { attributes } = this.#state
    const { of, dimensions } = this.#spec
    const describe = contentVectors(attributes, of)
    const vector = new Float32Array(dimensions)
    const vectorOf = (item: number): Float32Array => {
      describe(item, vector)
      return vector
    }
    const { size } = attributes.keys(this.#setting.subject)
    const step = Math.max(1, Math.floor(size / SAMPLED_SUBJECTS))
    const queries: number[] = []
    for (let subject = 0; subject < size; subject += step) {
      const query = meanOfVectors(this.#recent.items(subject), dimensions, vectorOf)
      if (query.some((value) => value !== 0)) queries.push(...query)
    }
    return Float32Array.from(queries)
  }
}
