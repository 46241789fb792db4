import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { temporaryFolder } from '../../testing/index.ts'

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
const PROGRAM = `
  const { execFileSync } = await import('node:child_process')
  const { SMALL_PAYMENTS_START_MS } = await import(${url('../../testing/index.ts')})
  const { PAYMENTS, promoteSmallModel, smallPayments, steadyPayments } =
    await import(${url('../testing/small-payments.ts')})
  const { Engine } = await import(${url('../engine.ts')})
  const { FeatureState } = await import(${url('../../features/index.ts')})
  const { replayDecisions } = await import(${url('../replay-decisions.ts')})
  const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + bytes + ':unlimited'])
  const application = smallPayments()
  const directory = process.argv[1]
  const engine = Engine.open(application, { directory, clock: () => SMALL_PAYMENTS_START_MS })
  promoteSmallModel(application, directory)
  engine.reloadModels()
  const events = steadyPayments(2000)
  const ask = (asked) =>
    Promise.all(asked.map((event) => engine.score(PAYMENTS, { event }).then((answer) => ({ event, answer }), (error) => ({ event, error }))))
  limit(600_000)
  const refused = []
  let decided = 0
  let next = 0
  // What is asked while a commit is under way waits for the next one, about subjects too.
  while (refused.length === 0 && next < events.length) {
    const asked = ask(events.slice(next, (next += 20)))
    const card = await engine.score(PAYMENTS, { subject: 'c1' }).catch((error) => ({ error }))
    const answers = await asked
    decided += answers.filter(({ error }) => !error).length + Number(!card.error)
    refused.push(...answers.filter(({ error }) => error))
  }
  const whileFull = await ask(events.slice(next, (next += 20)))
  limit('unlimited')
  const again = await ask([...refused, ...whileFull].map(({ event }) => event))
  const later = await ask(events.slice(next, next + 100))
  const fresh = new FeatureState(application.schema, application.aggregates)
  for (const { firstOffset, records } of engine.log.read()) fresh.applyAll(firstOffset, records)
  const report = await replayDecisions(application, engine.log, engine.registry)
  console.log(JSON.stringify({
    codes: [...new Set([...refused, ...whileFull].map(({ error }) => error?.code))],
    wereDecided: decided > 40,
    refusedAgain: [...again, ...later].filter(({ error }) => error).length,
    decisions: report.decisions - (decided + again.length + later.length),
    differences: report.differences,
    isTheLogs: Buffer.from(engine.state.save()).equals(Buffer.from(fresh.save())),
  }))
  await engine.close()
  process.exit()
`

const hasLimits = spawnSync('prlimit', ['--version']).status === 0
it('a full disk undoes what was decided about the events that it refused; with room again they are decided as if new', {
  skip: hasLimits ? false : 'needs the program prlimit to bound the size of a file',
}, () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', PROGRAM, temporaryFolder()], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  assert.deepEqual(JSON.parse(output), {
    codes: ['DISK_FULL'],
    wereDecided: true,
    refusedAgain: 0,
    decisions: 0,
    differences: [],
    isTheLogs: true,
  })
})
