import assert from 'node:assert/strict'
import { it } from 'node:test'
import { rerank } from './index.ts'
import { pageFaults } from './testing/page-faults.ts'
import { randomPage } from './testing/random-pages.ts'

it('keeps every hard rule and pin, or names what it gave up, on 1,000,000 random pages', () => {
  for (let page = 0; page < 1_000_000; page++) {
    const random = randomPage(2026, page, { mostCandidates: 24, longestPage: 12 })
    const faults = pageFaults(random, rerank(random.candidates, random.rules, random.options))
    assert.deepEqual(faults, [], `page ${page}: ${JSON.stringify(random.rules)}`)
  }
})
