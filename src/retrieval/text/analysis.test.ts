import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { analysisOf } from './analysis.ts'
import { codeWords } from './code-words.ts'
import { LANGUAGES, type Language } from './languages/language.ts'
import { STOP_WORDS } from './languages/stop-words.ts'
import { foldText, wordTokens } from './word-tokens.ts'

describe('words', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'High-speed flow, at 3,000.5 rpm.': ['high', 'speed', 'flow', 'at', '3,000.5', 'rpm'],
    "Don't; the U.S. is 'quoted'": ["don't", 'the', 'u.s', 'is', 'quoted'],
    'Ångström Straße Ｗｉｄｅ naïve œuvre': ['angstrom', 'strasse', 'wide', 'naive', 'oeuvre'],
    '東京 tower かな': ['東', '京', 'tower', 'か', 'な'],
    'हिन्दी русский': ['हिन्दी', 'русскии'],
    'ガラス 한국어': ['ガ', 'ラ', 'ス', '한국어'],
    'a\0b\u0007c\n\td 🎉🎉 e': ['a', 'b', 'c', 'd', 'e'],
    'x_1 version1.2.3 1.a': ['x_1', 'version1.2.3', '1', 'a'],
    '': [],
    '--- "" \'\' 🎉': [],
  }
  for (const [text, words] of Object.entries(cases)) {
    it(`of ${JSON.stringify(text)} are ${words.join(' ')}`, () => assert.deepEqual(wordTokens(text), words))
  }

  it('are the same for letters in one piece and in two', () => {
    assert.deepEqual(wordTokens('caf\u00e9'), wordTokens('cafe\u0301'))
    assert.equal(foldText('CAFÉ'), 'cafe')
  })

  it('are cut where they are longer than any word', () => {
    assert.deepEqual(wordTokens('x'.repeat(100_000)), ['x'.repeat(64)])
  })
})

describe('the English analysis', () => {
  const { words, termOf } = analysisOf('english')
  const terms = (text: string) => words(text).map(termOf)

  it('leaves out stop words and stems the others, wherever they stand', () => {
    assert.deepEqual(terms("The engine's connections are connected"), [
      ...[undefined, 'engin', 'connect', undefined, 'connect'],
    ])
  })

  it('refuses a name that is none', () => {
    assert.throws(
      () => analysisOf('klingon' as Language),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})

const golden = readFileSync(new URL('golden/stems.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split(' '))

describe('the analysis of a language', () => {
  it('makes the stem of the Snowball project of every word but a stop word, and takes its accents away then', () => {
    let stems = 0
    for (const [language, word = '', stem = ''] of golden) {
      const term = analysisOf(language as Language).termOf(word)
      // What hangs on a name is cut off before, which the stemmers of French, Italian and Turkish of that version do not.
      if (term === undefined || word.includes("'")) continue
      assert.equal(term, foldText(stem), `${language}: ${word}`)
      stems++
    }
    assert.ok(stems > 4000)
  })

  it('leaves out the stop words of the language, with and without their accents', () => {
    for (const [language, words] of Object.entries(STOP_WORDS)) {
      const analysis = analysisOf(language as Language)
      const text = words.trim().replaceAll(/\s+/g, ' ')
      for (const written of [text, text.toUpperCase(), foldText(text)]) {
        assert.deepEqual(analysis.words(written).flatMap(analysis.termOf).filter(Boolean), [], language)
      }
    }
  })

  const finds: readonly (readonly [Language, string, string])[] = [
    ['german', 'Häuser und Gärten', 'haus garten'],
    ['french', "l'avion d'Hélène qu'elles aimaient", 'avions helene aimer'],
    ['italian', "dell'arte nelle città", 'arte citta'],
    ['turkish', "İSTANBUL'DA KITAPLAR", 'istanbul kıtap'],
    ['russian', 'Красивые дома', 'красивый дом'],
    ['spanish', 'las canciones españolas', 'cancion espanola'],
    ['swedish', 'flickorna i trädgårdarna', 'flickor trädgård'],
    ['none', 'Die Häuser', 'die hauser'],
  ]
  for (const [language, text, query] of finds) {
    it(`finds ${query} in "${text}" (${language})`, () => {
      const { words, termOf } = analysisOf(language)
      const terms = new Set(words(text).map(termOf))
      for (const word of words(query)) assert.ok(terms.has(termOf(word)), `${word}: ${termOf(word)} of ${[...terms]}`)
    })
  }

  const pairs: Readonly<Record<string, readonly string[]>> = {
    '東京都の tower': ['東京', '京都', '都の', 'tower'],
    มือถือ: ['มือ', 'อถื', 'ถือ'],
    '한국어 1개': ['한국', '국어', '1', '개'],
    'ｺｰﾋｰ、茶': ['コー', 'ーヒ', 'ヒー', '茶'],
    'Ünïcode 🎉漢': ['unicode', '漢'],
  }
  for (const [text, words] of Object.entries(pairs)) {
    it(`has a word for every two signs of ${text}, where spaces do not part words`, () => {
      for (const language of ['chinese', 'japanese', 'korean', 'thai'] as const) {
        assert.deepEqual(analysisOf(language).words(text), words)
      }
    })
  }

  it('takes anything for a text, and in little time', () => {
    const texts = [
      '',
      "'",
      "l'",
      "''''",
      '\0\u0001a',
      '\ud800',
      'ـ'.repeat(100),
      '漢'.repeat(10_000),
      '🎉'.repeat(9_999),
    ]
    for (const language of LANGUAGES) {
      const { words, termOf } = analysisOf(language)
      for (const text of [...texts, golden.map(([, word]) => word).join('')]) {
        for (const word of words(text)) assert.notEqual(termOf(word), '', `${language}: ${word}`)
      }
    }
  })
})

describe('the analysis of several languages', () => {
  it('gives each its own terms, and leaves out what all of them leave out', () => {
    const { chains, termOf, words } = analysisOf('english', 'german')
    assert.deepEqual(words('Die Größe'), ['die', 'größe'])
    const terms = (word: string) => chains.map((chain) => chain.termOf(word))
    assert.deepEqual(terms('die'), ['die', undefined])
    assert.deepEqual(terms('the'), [undefined, 'the'])
    assert.deepEqual(terms('größe'), ['gross', 'gross'])
    assert.deepEqual(terms('in'), [undefined, undefined])
    assert.deepEqual([termOf('die'), termOf('the'), termOf('in')], ['die', 'the', undefined])
  })
})

describe('the words of a code', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'AB-1234/x': ['ab1234x', 'ab', '1234', 'x'],
    ab1234: ['ab1234', 'ab', '1234'],
    'SKU ÄÖ 7': ['skuao7', 'sku', 'ao', '7'],
    4711: ['4711'],
    '-/-': [],
    '🎉': [],
  }
  for (const [code, words] of Object.entries(cases)) {
    it(`${code} are ${words.join(' ')}`, () => assert.deepEqual(codeWords(code), words))
  }

  it('are few and short, whatever the value', () => {
    for (const value of ['a1'.repeat(50_000), '-a'.repeat(50_000), '9'.repeat(100_000)]) {
      assert.ok(codeWords(value).length <= 9)
      assert.ok(codeWords(value).every((word) => word.length <= 64))
    }
  })
})
