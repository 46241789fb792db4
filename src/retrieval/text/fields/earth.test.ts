import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chordOf, distanceOf, unitVector } from './earth.ts'

const berlin = { latitude: 52.52, longitude: 13.405 }
const newYork = { latitude: 40.7128, longitude: -74.006 }

describe('distances on earth', () => {
  it('are what others measure, within the half per cent by which the earth is no sphere', () => {
    // Geodesics on the ellipsoid, in metres: Berlin - New York, a degree of the equator, Paris - London.
    const known = [
      [distanceOf(berlin, newYork), 6_385_000],
      [distanceOf({ latitude: 0, longitude: 10 }, { latitude: 0, longitude: 11 }), 111_319],
      [distanceOf({ latitude: 48.8566, longitude: 2.3522 }, { latitude: 51.5074, longitude: -0.1278 }), 343_900],
    ]
    for (const [got, wanted] of known) assert.ok(Math.abs(got! / wanted! - 1) < 0.006, `${got} is not ${wanted}`)
  })

  it('are half the circumference between opposite points, and 0 from a point to itself across the date line', () => {
    assert.equal(Math.round(distanceOf({ latitude: 90, longitude: 5 }, { latitude: -90, longitude: 77 })), 20_015_114)
    assert.ok(distanceOf({ latitude: 5, longitude: 180 }, { latitude: 5, longitude: -180 }) < 1e-6)
  })

  it('agree with chords through the sphere', () => {
    const [one, other] = [unitVector(berlin), unitVector(newYork)]
    const chord = Math.hypot(...one.map((part, place) => part - other[place]!))
    assert.ok(Math.abs(chord - chordOf(distanceOf(berlin, newYork))) < 1e-12)
  })
})
