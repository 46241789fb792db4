import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { normaliseTitle } from './normalise-title.ts'

describe('normaliseTitle', () => {
  it('takes spellings of one title for the same', () => {
    for (const [one, other] of [
      ['Amélie', 'AMELIE'],
      ['Ｄｕｎｅ：  Part Two', 'dune part two'],
      ['Spider-Man: No Way Home', 'Spider Man — No Way Home!'],
      ["Ocean's Eleven", 'Oceans Eleven'],
      ['Ocean’s Eleven', "Ocean's Eleven"],
      ['Große Straße', 'GROSSE STRASSE'],
      ['ΟΔΟΣ', 'οδός'],
      ['ﬁnal cut', 'Final\u00a0Cut'],
      ['soft\u00adhyphen', 'softhyphen'],
      ['Dune(2021)', 'DUNE (2021)'],
      ['プロ', 'ﾌﾟﾛ'],
    ] as const) {
      assert.equal(normaliseTitle(one), normaliseTitle(other), `${one} | ${other}`)
    }
  })

  it('keeps different titles apart', () => {
    for (const [one, other] of [
      ['Dune (1984)', 'Dune (2021)'],
      ['Dune (2021)', 'Dune 2021'],
      ['Dune (2021)', 'Dune'],
      ['Learn C', 'Learn C#'],
      ['Learn C', 'Learn C++'],
      ['!!!', '...'],
      ['か', 'が'],
      ['कि', 'कु'],
      ['Vol. 1.5', 'Vol. 15'],
    ] as const) {
      assert.notEqual(normaliseTitle(one), normaliseTitle(other), `${one} | ${other}`)
    }
  })

  it('writes a title in lower case without punctuation, the year in its parentheses', () => {
    assert.equal(
      normaliseTitle('  «Le Fabuleux Destin d’Amélie Poulain»(2001): #Shorts '),
      'le fabuleux destin damelie poulain (2001) shorts',
    )
    assert.equal(normaliseTitle(''), '')
  })

  it('changes nothing when applied again, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        for (const text of [one, other, `${one}(2001)${other}`]) {
          const once = normaliseTitle(text)
          assert.equal(normaliseTitle(once), once)
        }
      }),
      { seed: 20, numRuns: 5000 },
    )
  })

  it('folds plain letters as it folds the same with something to leave out beside them', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'AbyZ09  '), maxLength: 20 })
    fc.assert(
      fc.property(plain, (text) => assert.equal(normaliseTitle(text), normaliseTitle(`${text}\u200d`))),
      { seed: 21, numRuns: 2000 },
    )
  })
})
