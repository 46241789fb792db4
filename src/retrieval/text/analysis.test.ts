import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../../foundation/index.ts'
import { type AnalysisName, analysisOf } from './analysis.ts'
import { foldText, wordTokens } from './word-tokens.ts'

describe('words', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'High-speed flow, at 3,000.5 rpm.': ['high', 'speed', 'flow', 'at', '3,000.5', 'rpm'],
    "Don't; the U.S. is 'quoted'": ["don't", 'the', 'u.s', 'is', 'quoted'],
    'Ångström Straße Ｗｉｄｅ naïve œuvre': ['angstrom', 'strasse', 'wide', 'naive', 'oeuvre'],
    '東京 tower かな': ['東', '京', 'tower', 'か', 'な'],
    'हिन्दी русский': ['हिन्दी', 'русскии'],
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
      () => analysisOf('klingon' as AnalysisName),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
    )
  })
})
