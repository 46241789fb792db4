import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, type Duration, durationMs, HOUR_MS, MINUTE_MS, SECOND_MS } from './duration.ts'
import { isSluiceError } from './sluice-error.ts'

describe('durationMs', () => {
  it('reads seconds, minutes, hours and days', () => {
    assert.deepEqual((['1s', '5m', '24h', '7d', '9999999s'] as const).map(durationMs), [
      SECOND_MS,
      5 * MINUTE_MS,
      DAY_MS,
      7 * 24 * HOUR_MS,
      9_999_999_000,
    ])
  })

  it('refuses everything else, and says what it expects', () => {
    const wrong = ['', '5', 'm', '0s', '05m', '1.5h', '-1d', '5 m', '5M', '5min', '1h30m', '5m\n', '10000000s', 'NaNs']
    for (const text of [...wrong, 5, undefined, null, {}]) {
      assert.throws(
        () => durationMs(text as Duration),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT') && error.message.includes('such as "5m"'),
        String(text),
      )
    }
  })

  it('is typed so that only a number and a unit compile', () => {
    const answers: { ok: Accepts<'5m'>; unit: Accepts<'5w'>; number: Accepts<'am'> } = {
      ok: true,
      unit: false,
      number: false,
    }
    assert.ok(answers.ok)
  })
})

type Accepts<Text> = Text extends Duration ? true : false
