import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { ServedConsole, withoutBrowser } from './testing/served-console.ts'

const KINDS = ['lamp', 'chair', 'kettle', 'tent']
const COLOURS = ['red', 'green', 'blue', 'yellow', 'white']
const BRANDS = ['Acme', 'Borealis', 'Calypso']

/** Every kind in every colour, some of each brand. */
function products(at: number): object[] {
  const made = KINDS.flatMap((category, kind) =>
    COLOURS.flatMap((colour, shade) =>
      Array.from({ length: 3 + ((kind + shade) % 4) }, (_, number) => ({
        ...{ title: `${colour} ${category} ${number}`, category, colour, brand: BRANDS[(shade + number * number) % 3] },
        ...{ price: 10 + 7 * kind + 3 * shade + number, listedAt: Date.UTC(2022 + (number % 3), 3, 5) },
      })),
    ),
  )
  const odd = { title: '<i>unicycle</i> & co' }
  return [...made, odd].map((product, number) => ({
    ...{ id: `made-${number}`, type: 'product', at, product: `p${number}` },
    ...product,
  }))
}

/** What people asked before. */
function queries(at: number): object[] {
  return Array.from({ length: 20 }, (_, number) => ({
    ...{ id: `asked-${number}`, type: 'query', at, user: `u${number}`, text: 'green kettle' },
    ...{ decision: `x${number}`, results: 3 },
  }))
}

describe('the page of a system that searches', { skip: withoutBrowser, timeout: 120_000 }, () => {
  const served = new ServedConsole(chromium)
  let address: string

  before(async () => {
    address = await served.serve('shop', 'serve', '--app', 'search')
    const at = Date.now() - 3_600_000
    const body = JSON.stringify({ events: [...products(at), ...queries(at)] })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${address}/v1/events`, { method: 'POST', headers, body })
    assert.deepEqual(((await answer.json()) as { rejected: unknown }).rejected, [])
  })

  after(() => served.close())

  /** Opens the console and hands it over; nothing may have gone wrong in it at the end. */
  async function withPage(path: string, use: (page: Page) => Promise<void>): Promise<void> {
    assert.deepEqual(await served.visit(`${address}/console/${path}`, use), [])
  }

  const found = async (page: Page) => Number(/^[\d,]+/.exec((await page.textContent('#latest')) ?? '')?.[0])

  it('is where the console goes when nothing else is served', async () => {
    await withPage('', async (page) => {
      await page.waitForURL('**/search.html?*')
      // Before anything is asked there is everything.
      await page.waitForSelector('.facet[data-field=brand] .choice')
      assert.equal(await page.locator('.result').count(), 20)
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

  it('says of a pinned result that it is, and what the pin did', async () => {
    const pin = {
      id: 'pinned',
      type: 'pin',
      at: Date.now(),
      pin: 'spring',
      query: 'white tents',
      product: 'p0',
      position: 2,
    }
    const headers = { 'content-type': 'application/json' }
    await fetch(`${address}/v1/events`, { method: 'POST', headers, body: JSON.stringify({ events: [pin] }) })
    await withPage('search.html?query=white%20tent', async (page) => {
      await page.click('.result:nth-child(2):has(.badge) >> text=Why this?')
      await page.waitForSelector('dialog .page-rules')
      assert.match((await page.textContent('dialog .page-rules')) ?? '', /^the pin spring: up \d+/)
      assert.equal(await page.locator('.badge').count(), 1)
    })
  })

  it('completes what is typed by what people asked, with the keyboard alone', async () => {
    await withPage('search.html', async (page) => {
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
      await page.waitForSelector('.notice >> text=/expected a field that filters .*, got size/')
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
