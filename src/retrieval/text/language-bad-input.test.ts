import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LANGUAGES } from './languages/language.ts'
import { STOP_WORDS } from './languages/stop-words.ts'
import { searchText } from './search-text.ts'
import { TextIndexBuilder } from './text-index-builder.ts'

const TEXTS = [
  'the quick fox AB-1234',
  'Größe der Häuser',
  "l'été à la plage",
  'Красивые дома',
  '東京都の天気',
  'मकान',
  '🎉 x',
]

const QUERIES: Readonly<Record<string, string>> = {
  'of 100 kB of words': 'größe fox1 дом '.repeat(6_000),
  'of one word of 100 kB': 'ä'.repeat(100_000),
  'of 100 kB of signs without spaces': '東京都の天気'.repeat(17_000),
  'of 100 kB of codes': Array.from({ length: 12_000 }, (_, number) => `AB-${number}/x`).join(' '),
  'of 100 kB of digits': '1234'.repeat(25_000),
  'of parts of a code': 'a1-b2/c3.d4_e5 f6 '.repeat(5_000),
  'of apostrophes': "l'".repeat(50_000),
  'of emoji and halves of them': '🎉👩‍👩‍👧\ud83c\udf89\ud800'.repeat(10_000),
  'of control characters': '\0\u0001\u0002\u001b\u200d\u2028\ufeff'.repeat(14_000),
  'of marks': 'e\u0301\u0302\u0303'.repeat(25_000),
  'of mixed scripts': 'fox лиса 狐 ثعلب αλεπού शेर ปลา '.repeat(3_000),
  'of what looks like entries of a vocabulary': 'fox\u0001fox ab1234\u0001\u0001 ',
}

describe('a query of any kind in any language', () => {
  for (const language of LANGUAGES) {
    const builder = new TextIndexBuilder({
      fields: { text: { kind: 'text' }, title: { kind: 'text', language: 'english' }, code: { kind: 'code' } },
      language,
    })
    for (const [number, text] of TEXTS.entries()) builder.add({ id: `${number}`, text, title: text, code: text })
    const index = builder.build()

    it(`is answered with scores that their parts sum to: ${language}`, () => {
      for (const [what, query] of Object.entries(QUERIES)) {
        for (const { id, score, parts = [] } of searchText(index, query, { explain: true, prefix: true }).hits) {
          const sum = parts.reduce((total, part) => total + part.score, 0)
          assert.ok(score > 0 && Math.abs(score - sum) < 1e-9 * Math.max(1, score), `${what}: ${id}`)
        }
      }
    })

    it(`finds nothing where it is stop words alone: ${language}`, () => {
      const alone = new TextIndexBuilder({ fields: { text: { kind: 'text' } }, language })
      const words = STOP_WORDS[language]?.trim() ?? ''
      alone.add({ id: 'all', text: words })
      assert.deepEqual(searchText(alone.build(), words).hits, [])
      assert.deepEqual(searchText(alone.build(), `"${words}" +${words}`).hits, [])
    })
  }
})
