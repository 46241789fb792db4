import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { ServedConsole, withoutBrowser } from './testing/served-console.ts'

/** Small enough to be learnt in seconds, large enough that the ranker passes its gate. */
const WORLD = ['--users', '200', '--videos', '300', '--days', '7']

describe('the console', { skip: withoutBrowser, timeout: 240_000 }, () => {
  const served = new ServedConsole(chromium)
  let demo: string

  before(async () => {
    demo = await served.serve('demo', 'demo', ...WORLD)
  })

  after(() => served.close())

  /** Opens the console and hands it over; nothing may have gone wrong in it at the end. */
  async function withPage(path: string, use: (page: Page) => Promise<void>, address = demo): Promise<void> {
    assert.deepEqual(await served.visit(`${address}/console/${path}`, use), [])
  }

  it('shows the page of a user in its positions, with every reason in short', async () => {
    await withPage('?user=u1', async (page) => {
      await page.waitForSelector('.card')
      assert.deepEqual(await texts(page, '.card .position'), positions(20))
      assert.equal(await page.inputValue('#user'), 'u1')
      assert.ok((await texts(page, '.card .title')).every((title) => /\w{3}/.test(title)))
      assert.equal((await texts(page, '.card .source-name')).length, 20)
      assert.ok((await texts(page, '.card .chance')).every((chance) => /\d %$/.test(chance)))
      assert.match((await page.textContent('#facts')) ?? '', /Serverready.*Modelv1.*Offset[\d,]+/)
      assert.match((await page.textContent('#funnel')) ?? '', /found\d.*trending \d.*candidates\d.*page20/)
    })
  })

  it('changes the page at once when an item is watched', async () => {
    await withPage('?user=u2', async (page) => {
      const watched = await page.getAttribute('.card', 'data-id')
      const sent = page.waitForRequest('**/v1/events')
      await page.click('.card button.title')
      const { events } = (await sent).postDataJSON() as { events: Record<string, unknown>[] }
      await page.waitForSelector('#latest.good')
      assert.match(
        (await page.textContent('#latest')) ?? '',
        /^watched .* for 2 min → offset \d+ → next page in .* changed/,
      )
      assert.equal(await page.locator(`.card[data-id="${watched}"]`).count(), 0, 'what was watched is not shown again')
      assert.ok((await page.locator('.card.is-new').count()) > 0)
      assert.deepEqual(
        events.slice(0, 20).map(({ type, position }) => `${type} ${position}`),
        positions(20, 'impression '),
      )
      assert.equal(events.length, 21)
      const { type, user, video, seconds, decision } = events[20] ?? {}
      assert.deepEqual([type, user, video, seconds, decision], ['watch', 'u2', watched, 120, events[0]?.decision])
      assert.equal(new Set(events.map(({ id }) => id)).size, 21)
    })
  })

  it('hides an item and blocks a creator', async () => {
    await withPage('?user=u3', async (page) => {
      const hidden = await page.getAttribute('.card', 'data-id')
      await page.click('.card >> text=Not interested')
      await page.waitForSelector('#latest.good')
      assert.equal(await page.locator(`.card[data-id="${hidden}"]`).count(), 0)
      const label = (await page.getAttribute('.card >> text=Block creator', 'aria-label')) ?? ''
      const creator = label.replace('Block creator ', '')
      await page.click('.card >> text=Block creator')
      await page.waitForSelector('#latest:has-text("blocked creator")')
      const creators = (await texts(page, '.facts-line')).map((line) => line.split(' · ')[0])
      assert.ok(!creators.includes(creator), `${creator} is blocked, but among ${creators}`)
    })
  })

  it('takes a score apart into contributions that sum to it', async () => {
    await withPage('?user=u4', async (page) => {
      await page.click('.card:nth-child(3) >> text=Why this?')
      await page.waitForSelector('dialog .parts')
      assert.ok((await page.locator('.parts tbody tr').count()) > 5)
      assert.match((await page.textContent('dialog .check.good')) ?? '', /sum to the score/)
      await page.keyboard.press('Escape')
      assert.equal(await page.locator('dialog[open]').count(), 0)
    })
  })

  it('says at which stage an absent item was let go, and by which rule', async () => {
    await withPage('?user=u5', async (page) => {
      const hidden = (await page.getAttribute('.card', 'data-id')) ?? ''
      await page.click('.card >> text=Not interested')
      await page.waitForSelector('#latest.good')
      await page.fill('#why-not', hidden)
      await page.keyboard.press('Enter')
      await page.waitForSelector('.stages')
      assert.match((await page.textContent('#why-not-answer')) ?? '', /Stage filter, rule hidden/)
      await page.fill('#why-not', 'no-such-video')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#why-not-answer >> text=Stage catalogue')
    })
  })

  it('can be used with the keyboard alone, and keeps its place', async () => {
    await withPage('?user=u6', async (page) => {
      await page.focus('.card:nth-child(4) button.title')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#latest.good')
      const place = await page.evaluate(
        () => document.activeElement?.closest('.card')?.querySelector('.position')?.textContent,
      )
      assert.equal(place?.replace('Position ', ''), '4')
    })
  })

  it('has a page for a stranger', async () => {
    await withPage('?user=u1', async (page) => {
      await page.fill('#user', '<b>nobody</b>')
      await page.click('text=Show the page')
      await page.waitForSelector('#about-user >> text=nothing is known of <b>nobody</b>')
      await page.waitForSelector('.card')
      assert.equal(await page.locator('.card').count(), 20)
    })
  })

  it('says in words what went wrong, and goes on', async () => {
    await withPage('?user=u7', async (page) => {
      await page.waitForSelector('.card')
      const error = { code: 'OVERLOADED', message: 'requests: expected at most 512 at once, got one more' }
      const refusal = { status: 503, headers: { 'retry-after': '1' }, json: { error } }
      await page.route('**/rank', (route) => route.fulfill(refusal))
      await page.click('text=Random user')
      await page.waitForSelector('.notice >> text=expected at most 512 at once, got one more (try again in 1 s)')
      await page.unroute('**/rank')
      await page.click('.notice button')
      await page.waitForSelector('.card')
      assert.equal(await page.locator('.notice').count(), 0)
    })
  })

  it('says that the server is gone, and goes on when it is back', async () => {
    await withPage('?user=u8', async (page) => {
      await page.waitForSelector('.card')
      await page.route(/[/](v1|readyz)/, (route) => route.abort('connectionrefused'))
      await page.click('.card button.title')
      await page.waitForSelector('.notice >> text=does not answer')
      assert.equal(await page.textContent('.light'), 'gone')
      await page.unrouteAll()
      await page.waitForSelector('.notice', { state: 'detached' })
      assert.equal(await page.textContent('.light'), 'ready')
    })
  })

  it('asks for the key that a server wants, once for all requests', async () => {
    await withPage('?user=u9', async (page) => {
      await page.waitForSelector('.card')
      const error = { code: 'UNAUTHORIZED', message: 'authorization: expected the API key, got none or another' }
      await page.route('**/v1/**', (route) =>
        route.request().headers().authorization === 'Bearer sesame'
          ? route.continue()
          : route.fulfill({ status: 401, json: { error } }),
      )
      await page.click('text=Random user')
      await page.fill('#key-value', 'sesame')
      await page.keyboard.press('Enter')
      await page.waitForSelector('#latest:not(:has-text("u9:"))')
      await page.waitForSelector('.card')
      assert.equal(await page.locator('.card').count(), 20)
      assert.equal(await page.locator('dialog[open]').count(), 0)
    })
  })

  it('tells what the server refused of an event', async () => {
    await withPage('?user=u10', async (page) => {
      await page.waitForSelector('.card')
      const rejected = [{ index: 20, code: 'OUT_OF_RANGE', message: 'seconds: expected at least 0, got -1' }]
      await page.route('**/v1/events', (route) =>
        route.fulfill({ json: { accepted: 20, duplicates: 0, rejected, offset: 1 } }),
      )
      await page.click('.card button.title')
      await page.waitForSelector('#latest.bad >> text=refused: seconds: expected at least 0, got -1 (OUT_OF_RANGE)')
    })
  })

  it('says what is missing when there is nothing yet, neither data nor a model', async () => {
    const empty = await served.serve('empty', 'serve', '--app', 'video')
    await withPage(
      '',
      async (page) => {
        await page.waitForSelector('#empty >> text=No user yet')
        await page.fill('#user', 'ann')
        await page.keyboard.press('Enter')
        await page.waitForSelector('#empty >> text=Nothing to show yet')
        await page.waitForSelector('.notice >> text=No model ranks yet')
        assert.match((await page.textContent('#facts')) ?? '', /Modelnone yetOffset0/)
      },
      empty,
    )
  })

  it('offers stars where items are rated, and shows every text as text', async () => {
    const films = await served.serve('films', 'serve', '--app', 'movies')
    const at = Date.now()
    const film = (index: number) => ({
      id: `f${index}`,
      type: 'video',
      at,
      video: `m${index}`,
      title: `<i>${index}</i>`,
    })
    const rating = (index: number) => ({
      id: `r${index}`,
      type: 'rating',
      at,
      user: 'bo',
      video: `m${index}`,
      stars: 5,
    })
    const events = [...Array.from({ length: 9 }, (_, index) => film(index)), rating(1), rating(2)]
    const headers = { 'content-type': 'application/json' }
    await fetch(`${films}/v1/events`, { method: 'POST', headers, body: JSON.stringify({ events }) })
    await withPage(
      '?user=ann',
      async (page) => {
        await page.waitForSelector('.card >> text=<i>1</i>')
        await page.click('.card >> [aria-label="4 stars"]')
        await page.waitForSelector('#latest.good >> text=/rated ‘<i>.<.i>’ 4 stars/')
      },
      films,
    )
  })

  it('fits a phone and follows the colours that people prefer', async () => {
    await withPage('?user=u1', async (page) => {
      await page.setViewportSize({ width: 360, height: 740 })
      await page.waitForSelector('.card')
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360)
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const light = await ground()
      await page.emulateMedia({ colorScheme: 'dark' })
      assert.notEqual(await ground(), light)
    })
  })
})

/** The texts of all elements that a selector finds, without what only screen readers say. */
function texts(page: Page, selector: string): Promise<string[]> {
  return page.$$eval(selector, (elements) =>
    elements.map((element) => {
      const copy = element.cloneNode(true) as Element
      for (const hidden of copy.querySelectorAll('.visually-hidden')) hidden.remove()
      return copy.textContent?.trim() ?? ''
    }),
  )
}

function positions(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`)
}
