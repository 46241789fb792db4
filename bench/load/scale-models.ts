import { RequestFrame } from '../../src/features/index.ts'
import { randomFrom } from '../../src/foundation/index.ts'
import { fitTrees, type Interactions, TreeModel, treeObjective } from '../../src/models/index.ts'
import { fitRanker, RankingRows } from '../../src/ranking/index.ts'
import {
  fitRetrievalModel,
  openRetrievalContext,
  Retriever,
  retrievalModelName,
  TowerExamples,
} from '../../src/retrieval/index.ts'
import type { Engine } from '../../src/serving/index.ts'
import type { Artifacts } from '../../src/training/index.ts'
import { LIGHT_RANKER, RANKER } from '../../src/training/system-rankers.ts'
import { LONG_WATCH, scaleSystem, TREES } from './scale-application.ts'
import type { ScaleRecord, ScaleWorld } from './scale-world.ts'

const SLICE = 8_000
const LISTS = 600
const ROWS_A_LIST = 60

/**
 * Fits what the pipeline serves with, faster than a training that judges itself: retrieval models on the whole history,
 * the rankers on candidates of some people as of its end, labelled by what the world knows they like.
 */
export function learnScale(engine: Engine, world: ScaleWorld, size: { users: number; videos: number; seed: number }) {
  const { application } = engine
  const system = scaleSystem
  const { subject, item } = system
  const setting = { schema: application.schema, subject, item }
  const artifacts = new Map<string, Uint8Array>()
  for (const { model, towers } of system.retrieval.sources) {
    if (model) {
      const names = Array.from({ length: size.videos }, (_, video) => `v${video}`)
      artifacts.set(
        retrievalModelName(model),
        timed(model.kind, () => fitRetrievalModel(model, meetings(world, size), names)),
      )
    }
    if (towers) {
      const collected = timed('tower examples', () => {
        const examples = new TowerExamples(setting, towers, world.size)
        forEachRecord(world, (record, number) => examples.apply(number + 1, record))
        return examples
      })
      artifacts.set(
        retrievalModelName(towers),
        timed('towers', () => collected.fit()),
      )
    }
  }
  const { columnNames, rankers } = timed('rankers', () => fitRankersTo(engine, artifacts, world, size))
  for (const [name, bytes] of rankers) artifacts.set(name, bytes)
  return { artifacts, columnNames }
}

/** Both rankers, fitted to candidates of some people as of the end of the history. */
export function fitRankersTo(engine: Engine, artifacts: Artifacts, world: ScaleWorld, { seed }: { seed: number }) {
  const { application, state } = engine
  const system = scaleSystem
  const { subject, item, retrieval } = system
  const context = openRetrievalContext({ schema: application.schema, subject, item }, state, artifacts)
  const retriever = new Retriever(context, { ...retrieval, limit: retrieval.candidates })
  const { examples } = system.ranking
  const ranking = new RankingRows(application.features, state, retriever, { item, examples })
  const rows = new Float64Array(LISTS * ROWS_A_LIST * ranking.width)
  const labels = new Float64Array(LISTS * ROWS_A_LIST)
  const random = randomFrom(seed, 'lists')
  const [users, items] = [state.attributes.keys(subject), state.attributes.keys(item)]
  for (let list = 0; list < LISTS; list++) {
    const user = world.personAt(random.uniform())
    const frame = new RequestFrame(state.schema).bind(subject, users.find(`u${user}`))
    frame.at = world.endMs
    const drawn = Int32Array.from({ length: ROWS_A_LIST }, () =>
      items.find(world.event(random.integer(world.size)).video as string),
    )
    const first = list * ROWS_A_LIST
    const own = new Float64Array(ROWS_A_LIST * ranking.width)
    ranking.fill(frame, users.find(`u${user}`), drawn, own)
    rows.set(own, first * ranking.width)
    drawn.forEach((video, row) => {
      const liking = world.isLiked(user, Number(items.name(video).slice(1))) ? 0.6 : 0.15
      labels[first + row] = random.uniform() < liking ? 1 : 0
    })
  }
  const rowCount = LISTS * ROWS_A_LIST
  const lists = { rows, rowCount, featureCount: ranking.width, labels, starts: starts() }
  const groups = Array.from({ length: LISTS }, () => ROWS_A_LIST)
  // No validation, so that there are as many trees as said.
  const trees = fitTrees(lists, treeObjective({ kind: 'lambdarank', labels, groups }), { ...TREES, learningRate: 0.05 })
  const light = system.light && fitRanker(system.light.ranking, ranking.columnNames, lists, seed)
  const rankers = new Map([[RANKER, new TreeModel(trees).save()]])
  if (light) rankers.set(LIGHT_RANKER, light.save())
  return { columnNames: ranking.columnNames, rankers }
}

function starts(): Uint32Array {
  return Uint32Array.from({ length: LISTS + 1 }, (_, list) => list * ROWS_A_LIST)
}

/** Who watched what for long, in the order of time. */
function meetings(world: ScaleWorld, { users, videos }: { users: number; videos: number }): Interactions {
  const people: number[] = []
  const items: number[] = []
  forEachRecord(world, (record) => {
    if (record.type !== 'watch' || (record.seconds as number) < LONG_WATCH.seconds.min) return
    people.push(Number((record.user as string).slice(1)))
    items.push(Number((record.video as string).slice(1)))
  })
  const begins = new Uint32Array(users + 1)
  for (const user of people) begins[user + 1]!++
  for (let user = 0; user < users; user++) begins[user + 1]! += begins[user]!
  const next = begins.slice()
  const sorted = new Int32Array(items.length)
  people.forEach((user, index) => {
    sorted[next[user]!++] = items[index]!
  })
  return { userCount: users, itemCount: videos, starts: begins, items: sorted }
}

function forEachRecord(world: ScaleWorld, visit: (record: ScaleRecord, number: number) => void): void {
  for (let from = 0; from < world.size; from += SLICE) {
    for (const [index, record] of world.slice(from, from + SLICE).entries()) visit(record, from + index)
  }
}

function timed<Result>(what: string, work: () => Result): Result {
  const started = performance.now()
  const result = work()
  process.stderr.write(`${what}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
  return result
}
