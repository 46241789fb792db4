import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { quarantined } from './quarantine.ts'
import { compileMention } from './quarantine-mention.ts'

const mentions = (id: string, original: string | Uint8Array, message = 'not taken') =>
  compileMention(id)(quarantined({ code: 'MALFORMED_ROW', message, original }, 0, undefined))

describe('the mention of a key in a quarantined input', () => {
  it('is a whole string of its JSON, however deep and however escaped', () => {
    assert.ok(mentions('ana', '{"id":"1","user":"ana"}'))
    assert.ok(mentions('ana', '{"list":[{"who":["bo","ana"]}]}'))
    assert.ok(mentions('ana', '{"scores":{"ana":1}}'))
    assert.ok(mentions('zoë', '{"user":"zo\\u00eb"}'))
    assert.ok(!mentions('ana', '{"user":"anabel"}'))
    assert.ok(!mentions('ana', '{"note":"ana was here"}'))
    assert.ok(!mentions('7', '{"user":"bo","seconds":7}'))
  })

  it('is, in what is not JSON, a key in quotes or a whole cell between delimiters', () => {
    assert.ok(mentions('ana', '{"user":"ana",'))
    for (const row of [
      'ana,5',
      '1;ana;5',
      '1|ana',
      '1\tana\t5',
      '1::ana::5',
      '1, "ana" ,5',
      'x\nana\ny',
      'ana',
      "'ana',1",
    ]) {
      assert.ok(mentions('ana', row), row)
    }
    assert.ok(!mentions('ana', '1,anabel,5'))
    assert.ok(!mentions('ana', '1,not ana,5'))
    assert.ok(mentions('a.b:c(', '1,a.b:c(,5'))
    assert.ok(!mentions('a.b', '1,axb,5'))
  })

  it('is found in bytes that are not UTF-8, and in the reason of the refusal', () => {
    assert.ok(mentions('ana', Buffer.from([0xff, 0x2c, ...Buffer.from('ana,1')])))
    assert.ok(mentions('zoë', Buffer.from([0xff, 0x2c, ...Buffer.from('zoë,1')])))
    assert.ok(mentions('zoë', Buffer.from('1,zoë,\xff', 'latin1')))
    assert.ok(mentions('ana', 'cut before it comes', 'user: expected a known one, got "ana"'))
  })
})
