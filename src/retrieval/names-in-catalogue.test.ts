import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Interner } from '../features/index.ts'
import { NamesInCatalogue } from './names-in-catalogue.ts'

describe('the names of a model in a catalogue', () => {
  it('are found both ways, whatever was numbered before and after they were opened', () => {
    const name = fc.integer({ min: 0, max: 40 }).map((number) => `n${number}`)
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.array(name), fc.array(name), (names, before, after) => {
        const catalogue = new Interner()
        for (const one of before) catalogue.intern(one)
        const opened = new NamesInCatalogue(names, catalogue)
        for (const one of [undefined, ...after]) {
          if (one !== undefined) catalogue.intern(one)
          for (let item = -1; item <= catalogue.size; item++) {
            assert.equal(opened.placeOf(item), item < 0 ? -1 : names.indexOf(catalogue.name(item)))
          }
          names.forEach((own, place) => {
            assert.equal(opened.itemOf(place), catalogue.find(own))
          })
        }
      }),
      { seed: 5, numRuns: 200 },
    )
  })
})
