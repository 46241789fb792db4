import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, HOUR_MS, MINUTE_MS, manualClock } from '../../foundation/index.ts'
import { SMALL_PAYMENTS_START_MS, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { PolicyState } from '../scoring/policy-state.ts'
import type { SystemPolicy } from '../scoring/system-policy.ts'
import { PAYMENTS, promoteSmallModel, smallPayments, steadyPayments } from '../testing/small-payments.ts'
import { createServer, type Server } from './create-server.ts'

const NOW = SMALL_PAYMENTS_START_MS + 2 * DAY_MS
const EVENTS = steadyPayments(1_200)
const STRICT = 'rule large when amount > 100 then block because "large"'

/** The fields of all answers in one: a test names the one that it looks at. */
interface Body {
  readonly error: { readonly code: string; readonly message: string }
  readonly decision: string
  readonly id: string
  readonly duplicate?: boolean
  readonly action: string
  readonly probability: number | null
  readonly degraded: readonly string[]
  readonly reasons: readonly { source: string; name: string; because: string }[]
  readonly reproduced: boolean
  readonly explanation: {
    readonly score: number
    readonly baseline: number
    readonly contributions: readonly { contribution: number }[]
  }
  readonly version: number & { readonly state: string }
  readonly state: string
  readonly live: number
  readonly counts: readonly { version: number; shadow: Record<string, number>; differing: number }[]
  readonly columns: { readonly numbers: readonly string[] }
  readonly report: { readonly all: { readonly events: number }; readonly asked: Record<string, number> }
  readonly size: number
  readonly added: number
  readonly unchanged: number
  readonly rejected: readonly { readonly line: number; readonly code: string }[]
  readonly entries: readonly { key: string; list: string }[]
  readonly case: { readonly id: string; readonly subject: string; readonly alerts: readonly { event: string }[] } | null
  readonly cases: readonly { readonly id: string }[]
  readonly labels: readonly { readonly event: string; readonly fraud: boolean }[]
  readonly isDecided: boolean
  readonly reviewers: readonly { reviewer: string; cases: number; agreement: number | null }[]
  readonly agreement: { readonly pairs: number; readonly kappa: number | null }
  readonly task: string
  readonly item: string
  readonly health: { readonly reasons: readonly string[] }
  readonly paths: Readonly<Record<string, unknown>>
}

describe('the routes of a scoring system', () => {
  const clock = manualClock(NOW)
  let engine: Engine
  let server: Server
  let number = 0
  before(async () => {
    const application = smallPayments({ review: { secondLook: 1, lease: '30m' }, guard: { mostBlocked: 0.05 } })
    const directory = temporaryFolder()
    engine = Engine.open(application, { directory, clock })
    promoteSmallModel(application, directory, { policy: { kind: 'thresholds', thresholds: {} } })
    engine.reloadModels()
    await engine.accept(EVENTS)
    server = createServer(engine, { logLevel: 'silent', clock })
  })
  after(async () => {
    await server.close()
    await engine.close()
  })

  async function call(method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) {
    const url = `/v1/systems/${PAYMENTS}${path}`
    const { statusCode, body } = await server.inject({ method, url, ...(payload ? { payload } : {}) })
    return { status: statusCode, body: JSON.parse(body) as Body }
  }

  function payment(fields: object = {}) {
    return { id: `new-${number++}`, at: NOW, card: 'c1', terminal: 't1', amount: 20, ...fields }
  }

  /** Enough payments of a card within an hour that the rule of the application wants a review. */
  async function alert(card: string): Promise<Body> {
    let last: Body | undefined
    for (let each = 0; each < 6; each++) {
      last = (await call('POST', '/score', { event: payment({ card }) })).body
    }
    assert.equal(last?.action, 'review', JSON.stringify(last))
    return last
  }

  it('answers a payment with a probability, an action and reasons, and the same again', async () => {
    const event = payment()
    const first = await call('POST', '/score', { event })
    assert.equal(first.status, 200)
    assert.ok(first.body.probability! >= 0 && first.body.reasons.length > 0)
    const { status, body } = await call('POST', '/score', { event: { ...event, amount: 99 } })
    assert.deepEqual([status, body], [200, { ...first.body, duplicate: true }])
    const subject = await call('POST', '/score', { subject: 'c1' })
    assert.equal(subject.status, 200)
  })

  it('tells a decision with its explanation, whose parts sum to the score', async () => {
    const { body } = await call('POST', '/score', { event: payment() })
    const told = await server.inject({ method: 'GET', url: `/v1/decisions/${body.decision}?explain=true` })
    const { reproduced, explanation, action, id } = JSON.parse(told.body) as Body
    assert.deepEqual([told.statusCode, id, reproduced, action], [200, body.decision, true, body.action])
    const sum = explanation.contributions.reduce(
      (total, { contribution }) => total + contribution,
      explanation.baseline,
    )
    assert.ok(Math.abs(sum - explanation.score) < 1e-9)
    const plain = await server.inject({ method: 'GET', url: `/v1/decisions/${body.decision}` })
    assert.equal((JSON.parse(plain.body) as Body).explanation, undefined)
    const none = await server.inject({ method: 'GET', url: `/v1/decisions/s-${'0'.repeat(32)}` })
    assert.equal(none.statusCode, 404)
  })

  it('refuses bad input with a status and a code', async () => {
    const bad = [
      [{ event: payment({ amount: -5 }) }, 422, 'OUT_OF_RANGE'],
      [{ event: payment({ at: NOW + 9 * DAY_MS }) }, 422, 'TIMESTAMP_IN_FUTURE'],
      [{ event: payment({ nonsense: 1 }) }, 422, 'UNKNOWN_FIELD'],
      [{ event: payment({ type: 'nonsense' }) }, 422, 'UNKNOWN_EVENT_TYPE'],
      [{ event: payment({ type: 'report' }) }, 400, 'INVALID_ARGUMENT'],
      [{}, 400, 'INVALID_ARGUMENT'],
      [{ event: payment(), subject: 'c1' }, 400, 'INVALID_ARGUMENT'],
    ] as const
    for (const [payload, status, code] of bad) {
      const answer = await call('POST', '/score', payload)
      assert.deepEqual([answer.status, answer.body.error.code], [status, code])
    }
    const other = await server.inject({ method: 'POST', url: `/v1/systems/${PAYMENTS}/rank`, payload: {} })
    assert.equal(other.statusCode, 409)
    assert.equal((await server.inject({ method: 'POST', url: '/v1/systems/none/score', payload: {} })).statusCode, 404)
  })

  it('takes rules from a draft to everybody and back, and guards the way', async () => {
    assert.deepEqual(
      (await call('POST', '/rules', { rules: 'rule a when nothing > 1 then block', by: 'ann' })).status,
      422,
    )
    const draft = await call('POST', '/rules', { rules: STRICT, note: 'too strict', by: 'ann' })
    assert.deepEqual([draft.status, draft.body.state], [200, 'draft'])
    const strict = `/rules/${draft.body.version}`
    assert.equal((await call('POST', `${strict}/live`, { by: 'ann' })).body.error.code, 'ILLEGAL_MOVE')
    const tried = await call('POST', `${strict}/backtest`, { by: 'ann' })
    assert.equal(tried.body.version.state, 'backtested')
    assert.ok(tried.body.report.all.events >= EVENTS.length)
    await call('POST', `${strict}/shadow`, { by: 'ann' })
    const shadowed = await call('POST', '/score', { event: payment({ card: 'c9', amount: 150 }) })
    assert.ok(!shadowed.body.reasons.some(({ name }) => name === 'large'), 'a shadow is never acted on')
    const { counts, columns, live } = (await call('GET', '/rules')).body
    assert.equal(counts.find(({ version }) => version === draft.body.version)?.shadow.block, 1)
    assert.ok(columns.numbers.includes('cardCount.1h') && live === 0)
    const refused = await call('POST', `${strict}/percentage`, { by: 'ann', share: 0.5 })
    assert.deepEqual([refused.status, refused.body.error.code], [409, 'GUARD_REFUSED'])

    const milder = await call('POST', '/rules', { rules: STRICT.replace('100', '2000'), by: 'bob' })
    const path = `/rules/${milder.body.version}`
    for (const [to, more] of [
      ['backtest', {}],
      ['shadow', {}],
      ['percentage', { share: 1 }],
      ['live', {}],
    ] as const) {
      assert.equal((await call('POST', `${path}/${to}`, { by: 'bob', ...more })).status, 200, to)
    }
    const blocked = await call('POST', '/score', { event: payment({ card: 'c8', amount: 3_000 }) })
    assert.deepEqual([blocked.body.action, blocked.body.reasons[0]?.because], ['block', 'large'])
    const back = await call('POST', `${path}/rollback`, { by: 'bob' })
    assert.deepEqual([back.status, back.body.version], [200, 0])
    assert.equal((await call('POST', `/rules/${milder.body.version}/rollback`, { by: 'bob' })).status, 409)
  })

  it('lets lists decide until their entries expire', async () => {
    const entry = { list: 'block', entity: 'terminal', key: 't-bad', reason: 'stolen data', by: 'ann' }
    const until = NOW + HOUR_MS
    assert.equal((await call('POST', '/lists', { ...entry, expiresAt: until })).status, 200)
    const at = async (moment: number) =>
      (await call('POST', '/score', { event: payment({ terminal: 't-bad', card: 'c7', at: moment }) })).body
    const held = await at(NOW)
    assert.deepEqual(
      [held.action, held.reasons[0]],
      ['block', { source: 'list', name: 'block', action: 'block', because: 'stolen data' }],
    )
    assert.equal(
      (await at(until)).reasons.some(({ source }) => source === 'list'),
      false,
    )
    assert.deepEqual(
      (await call('GET', '/lists?entity=terminal')).body.entries.map(({ key }) => key),
      ['t-bad'],
    )
    assert.equal((await call('DELETE', '/lists?list=block&entity=terminal&key=t-bad&by=ann')).status, 200)
    assert.equal((await call('GET', '/lists')).body.entries.length, 0)
    assert.equal((await call('POST', '/lists', { ...entry, entity: 'nonsense' })).status, 400)
    assert.equal((await call('POST', '/lists', { ...entry, expiresAt: NOW - 1 })).status, 422)
  })

  it('takes many entries of lists at once, tells bad lines by their numbers, and the same again changes nothing', async () => {
    const rows = Array.from({ length: 2_500 }, (_, place) => `bulk-${place},seen in a leak,`)
    rows[3] = 'bulk-3,seen in a leak,yesterday'
    rows[1_200] = 'bulk-1200'
    rows[2_400] = rows[2_399] ?? ''
    const send = async (type: string, body: string, query = 'by=ann&list=block&entity=card') => {
      const url = `/v1/systems/${PAYMENTS}/lists/import?${query}`
      const sent = await server.inject({ method: 'POST', url, headers: { 'content-type': type }, payload: body })
      return { status: sent.statusCode, body: JSON.parse(sent.body) as Body }
    }
    const text = ['key,reason,expiresAt', ...rows].join('\n')
    const first = await send('text/csv; charset=utf-8', text)
    assert.deepEqual([first.status, first.body.added, first.body.unchanged], [200, 2_497, 1])
    assert.deepEqual(
      first.body.rejected.map(({ line, code }) => [line, code]),
      [
        [5, 'INVALID_ARGUMENT'],
        [1_202, 'MALFORMED_ROW'],
      ],
    )
    const { head } = engine.log
    const again = await send('text/csv', text)
    assert.deepEqual([again.body.added, again.body.unchanged, engine.log.head], [0, 2_498, head])
    const blocked = await call('POST', '/score', { event: payment({ card: 'bulk-2499' }) })
    assert.deepEqual([blocked.body.action, blocked.body.reasons[0]?.because], ['block', 'seen in a leak'])

    const lines = [{ key: 'bulk-1', reason: 'known', list: 'allow' }, { key: 'bulk-2', reason: 'told anew' }, 'no JSON']
    const mixed = await send('application/x-ndjson', lines.map((line) => JSON.stringify(line)).join('\n'))
    assert.deepEqual([mixed.body.added, mixed.body.rejected.map(({ line }) => line)], [2, [3]])

    const replayed = new PolicyState(engine.application)
    replayed.follow(engine.log)
    const entries = (state: SystemPolicy | undefined) => [...(state?.lists.entries(NOW) ?? [])]
    assert.equal(entries(replayed.systems.get(PAYMENTS)).length, 2_498)
    assert.deepEqual(entries(replayed.systems.get(PAYMENTS)), entries(engine.scoring.policies.of(PAYMENTS)))

    assert.equal((await send('text/csv', text, 'list=block&entity=card')).status, 400)
    assert.equal((await send('application/json', '{}')).status, 400)
    assert.equal((await send('text/csv', 'c1,stolen')).body.error.code, 'INVALID_ARGUMENT')
    const long = Array.from({ length: 10_001 }, () => '{}').join('\n')
    assert.equal((await send('application/x-ndjson', long)).status, 413)
    const events = {
      method: 'POST',
      url: '/v1/events',
      headers: { 'content-type': 'text/csv' },
      payload: text,
    } as const
    assert.equal((await server.inject(events)).statusCode, 415)
  })

  it('gives a case to one reviewer, also when two claim at once, and turns verdicts into labels', async () => {
    const first = await alert('c4')
    await alert('c5')
    const claims = await Promise.all(['eve', 'dan'].map((reviewer) => call('POST', '/cases/claim', { reviewer })))
    const [eves, dans] = claims.map(({ body }) => body.case)
    assert.ok(eves && dans && eves.id !== dans.id)
    const stolen = await call('POST', `/cases/${dans.id}/verdict`, { reviewer: 'eve', verdict: 'fraud', seen: 1 })
    assert.deepEqual([stolen.status, stolen.body.error.code], [409, 'LEASE_NOT_HELD'])
    assert.equal((await call('POST', `/cases/${eves.id}/heartbeat`, { reviewer: 'eve' })).status, 200)

    const seen = eves.alerts.length
    const judged = await call('POST', `/cases/${eves.id}/verdict`, {
      reviewer: 'eve',
      verdict: 'fraud',
      note: 'sure',
      seen,
    })
    assert.deepEqual([judged.status, judged.body.isDecided], [200, false])
    assert.deepEqual(
      judged.body.labels.map(({ event }) => event),
      eves.alerts.map(({ event }) => event),
    )
    const reports = [...engine.log.recordsOf({ entity: 'card', id: eves.subject })]
      .map(({ record }) => record)
      .filter(({ type }) => type === 'report')
    assert.deepEqual(
      reports.map(({ payment: of, fraud, source }) => [of, fraud, source]),
      eves.alerts.map(({ event }) => [event, true, 'review']),
    )

    assert.equal((await call('POST', `/cases/${dans.id}/release`, { reviewer: 'dan' })).status, 200)
    const check = await call('POST', '/cases/claim', { reviewer: 'dan', stage: 'check' })
    assert.equal(check.body.case?.id, eves.id)
    await call('POST', `/cases/${eves.id}/verdict`, { reviewer: 'dan', verdict: 'fraud', seen })
    const { reviewers, agreement } = (await call('GET', '/cases')).body
    assert.deepEqual(
      reviewers.map(({ reviewer, cases, agreement: share }) => [reviewer, cases, share]),
      [
        ['eve', 1, 1],
        ['dan', 1, 1],
      ],
    )
    assert.equal(agreement.pairs, 1)
    assert.ok(first.decision.startsWith('s-'))
  })

  it('gives a case to somebody else when its lease is over', async () => {
    await alert('c6')
    const eves = (await call('POST', '/cases/claim', { reviewer: 'eve' })).body.case!
    clock.advance(31 * MINUTE_MS)
    const dans: string[] = []
    for (let claim = (await call('POST', '/cases/claim', { reviewer: 'dan' })).body.case; claim; claim = null)
      dans.push(claim.id)
    assert.deepEqual(dans, [eves.id])
    const late = await call('POST', `/cases/${eves.id}/verdict`, { reviewer: 'eve', verdict: 'fraud', seen: 1 })
    assert.equal(late.body.error.code, 'LEASE_NOT_HELD')
    assert.equal((await call('POST', '/cases/none/release', { reviewer: 'eve' })).status, 404)
  })

  it('is described beside the other routes', async () => {
    const { body } = await call('GET', '')
    assert.deepEqual([body.task, body.item, body.health.reasons], ['classification', 'payment', []])
    const openApi = JSON.parse((await server.inject({ method: 'GET', url: '/openapi.json' })).body) as Body
    assert.ok(openApi.paths[`/v1/systems/${PAYMENTS}/score`])
    for (const path of ['rules', 'rules/{version}/backtest', 'lists', 'cases', 'cases/{id}/verdict']) {
      assert.ok(openApi.paths[`/v1/systems/{name}/${path}`], path)
    }
  })
})
