import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { DAY_MS, manualClock } from '../foundation/index.ts'
import { createServer, Engine, type Server } from '../serving/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../testing/index.ts'
import { consoleDirectory } from './index.ts'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
const skip = existsSync(CHROMIUM) ? false : `no browser at ${CHROMIUM}; apt-get install chromium`

describe('the page of a system that searches', { skip, timeout: 120_000 }, () => {
  let engine: Engine
  let server: Server
  let browser: Browser
  let address: string

  before(async () => {
    const clock = manualClock(SMALL_SEARCH_START_MS + 30 * DAY_MS)
    engine = Engine.open(smallSearchService(), { directory: temporaryFolder(), clock })
    await engine.accept(smallSearchEvents({ searches: 40 }))
    const odd = { id: 'odd', type: 'product', at: SMALL_SEARCH_START_MS, product: 'odd', title: '<i>unicycle</i> & co' }
    await engine.accept([odd])
    await engine.searching.indexed('shop')
    server = createServer(engine, { logLevel: 'silent', consoleDirectory })
    address = await server.listen({ host: '127.0.0.1', port: 0 })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
  })

  after(async () => {
    await browser?.close()
    await server?.close()
    await engine?.close()
  })

  /** Opens the console and hands it over; nothing may have gone wrong in it at the end. */
  async function withPage(path: string, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${address}/console/${path}`)
    await use(page)
    await page.close()
    assert.deepEqual(faults, [])
  }

  const found = async (page: Page) => Number(/^[\d,]+/.exec((await page.textContent('#latest')) ?? '')?.[0])

  it('is where the console goes when nothing else is served', async () => {
    await withPage('', async (page) => {
      await page.waitForURL('**/search.html?*')
      await page.waitForSelector('#empty >> text=Nothing asked yet')
    })
  })

  it('finds what is typed, and says what was meant', async () => {
    await withPage('search.html', async (page) => {
      await page.fill('#query', 'bleu chair')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.result')
      await page.click('#meant >> text=blue chair')
      await page.waitForSelector('#meant:empty', { state: 'attached' })
      assert.equal(await page.inputValue('#query'), 'blue chair')
      assert.match((await page.textContent('.result h3')) ?? '', /blue.*chair|chair.*blue/i)
      assert.match(page.url(), /query=blue\+chair/)
    })
  })

  it('narrows by facets that were counted over all documents, and widens again', async () => {
    await withPage('search.html?query=lamp', async (page) => {
      await page.waitForSelector('.facet[data-field=brand] .choice')
      const before = await found(page)
      const counts = await page.$$eval('.facet[data-field=brand] .count', (all) =>
        all.map((one) => Number(one.textContent)),
      )
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        before,
      )
      await page.check('#facet-brand-1')
      await page.waitForSelector(`#latest >> text=/^${counts[1]} result/`)
      assert.deepEqual(
        await page.$$eval('.facet[data-field=brand] .count', (all) => all.map((one) => Number(one.textContent))),
        counts,
      )
      const most = await page.getAttribute('#facet-price-max', 'placeholder')
      await page.fill('#facet-price-max', String(Number(most) / 2))
      await page.keyboard.press('Enter')
      await page.waitForURL(/price/)
      await page.waitForSelector('#results:not([aria-busy])')
      assert.ok((await found(page)) <= counts[1]!)
      await page.click('.facet[data-field=price] >> text=Clear')
      await page.click('.facet[data-field=brand] >> text=Clear')
      await page.waitForSelector(`#latest >> text=/^${before} result/`)
    })
  })

  it('takes the score of a text apart into parts that sum to it', async () => {
    await withPage('search.html?query=red%20lamp', async (page) => {
      await page.click('.result:nth-child(2) >> text=Why this?')
      await page.waitForSelector('dialog .text-parts')
      assert.ok((await page.locator('.text-parts tbody tr').count()) >= 2)
      assert.match((await page.textContent('dialog .check.good')) ?? '', /the parts sum to the score/)
      await page.keyboard.press('Escape')
      assert.equal(await page.locator('dialog[open]').count(), 0)
    })
  })

  it('completes what is typed by what people asked, with the keyboard alone', async () => {
    await withPage('search.html', async (page) => {
      const people = Array.from({ length: 20 }, (_, number) => ({
        ...{ id: `asked-${number}`, type: 'query', at: SMALL_SEARCH_START_MS + 29 * DAY_MS },
        ...{ user: `u${number}`, text: 'green kettle', decision: `x${number}`, results: 3 },
      }))
      await engine.accept(people)
      await page.waitForSelector('#query:not([disabled])')
      await page.click('#query')
      await page.keyboard.type('green ke')
      await page.waitForSelector('#suggestions [role=option] >> text=green kettle')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.waitForSelector('.result')
      assert.match(await page.inputValue('#query'), /^green kettle/)
      assert.equal(await page.getAttribute('#query', 'aria-expanded'), 'false')
    })
  })

  it('shows every text as text, and says when nothing is found or refused', async () => {
    await withPage('search.html?query=unicycle', async (page) => {
      await page.waitForSelector('.result >> text=<i>unicycle</i> & co')
      await page.fill('#query', 'xyzzyxyzzy')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#empty >> text=Nothing was found')
    })
    await withPage('search.html?query=lamp&filters={"size":3}', async (page) => {
      await page.waitForSelector('.notice >> text=expected a field that filters (brand, price), got size')
    })
  })

  it('fits a phone', async () => {
    await withPage('search.html?query=lamp', async (page) => {
      await page.setViewportSize({ width: 360, height: 740 })
      await page.waitForSelector('.result')
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
    })
  })
})
