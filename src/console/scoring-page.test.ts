import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { ServedConsole, withoutBrowser } from './testing/served-console.ts'

const BURST = { card: 'c-burst', terminal: 't-<b>bold</b>', channel: 'online' }

describe('the page of a system that scores events', { skip: withoutBrowser, timeout: 120_000 }, () => {
  const served = new ServedConsole(chromium)
  let address: string

  /** @returns what the server answered */
  async function send(path: string, body: object): Promise<{ action: string; rejected: unknown }> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${address}/v1/systems/fraud${path}`, {
      ...{ method: 'POST', headers, body: JSON.stringify(body) },
    })
    assert.equal(answer.status, 200)
    return (await answer.json()) as { action: string; rejected: unknown }
  }

  before(async () => {
    address = await served.serve('fraud', 'serve', '--app', 'fraud')
    const at = Date.now()
    for (let place = 0; place < 7; place++) {
      await send('/score', { event: { id: `b${place}`, at: at + place, amount: 40, ...BURST } })
    }
    const entry = { list: 'block', entity: 'card', key: 'c-bad', reason: '<i>stolen</i>', by: 'ann' }
    await send('/lists', entry)
  })
  after(() => served.close())

  /** Opens the console and hands it over; nothing may have gone wrong in it at the end. */
  async function withPage(path: string, use: (page: Page) => Promise<void>): Promise<void> {
    assert.deepEqual(await served.visit(`${address}/console/${path}`, use), [])
  }

  it('is where the console goes when nothing else is served, and tells of rules, lists and what was decided', async () => {
    await withPage('', async (page) => {
      await page.waitForURL('**/scoring.html?system=fraud')
      await page.waitForSelector('.case')
      assert.match((await page.textContent('#done')) ?? '', /review2 \(29 %\)block/)
      assert.match((await page.textContent('#lists')) ?? '', /1 entryblock card c-bad: <i>stolen<\/i>/)
      assert.match((await page.textContent('#rules')) ?? '', /The rules of the application decide/)
      await page.click('#rules summary')
      assert.match((await page.textContent('#rules pre')) ?? '', /^rule reported-card when/)
      assert.match((await page.textContent('#watch')) ?? '', /the watch learns what is usual/)
    })
  })

  it('asks about an event that is typed in, and says what speaks for the action', async () => {
    await withPage('scoring.html', async (page) => {
      await page.fill('#field-card', 'c-bad')
      await page.fill('#field-terminal', 't1')
      await page.fill('#field-amount', '12.5')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.decision')
      assert.match((await page.textContent('.decision')) ?? '', /^block.*list block: <i>stolen<\/i>/)
      await page.click('.decision >> text=Why?')
      await page.waitForSelector('dialog .facts-list')
      assert.match((await page.textContent('dialog')) ?? '', /No model scored it/)
      await page.keyboard.press('Escape')
      assert.equal(await page.locator('dialog[open]').count(), 0)
      await page.fill('#field-amount', '-3')
      await page.click('#ask button')
      assert.match((await page.textContent('#notices .notice')) ?? '', /amount: expected .*, got -3/)
    })
  })

  it('gives a case to a reviewer, who sees why and judges it', async () => {
    await withPage('scoring.html?system=fraud', async (page) => {
      await page.waitForSelector('.case')
      await page.fill('#reviewer', 'ann')
      await page.click('#take button')
      await page.waitForSelector('.held')
      assert.match((await page.textContent('.held h3')) ?? '', /^card c-burst$/)
      assert.equal(await page.locator('.held .alerts > li').count(), 2)
      await page.waitForSelector('.case >> text=with ann')
      await page.fill('#note', 'called the holder')
      await page.click('.held >> text=Fraud')
      await page.waitForSelector('.held', { state: 'detached' })
      assert.match((await page.textContent('#latest')) ?? '', /^c-burst: fraud; (2 labels|somebody else)/)
    })
  })
})
