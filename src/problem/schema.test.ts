import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { boolean, categories, category, id, integer, number, ref, text, timestamp } from './field.ts'
import { defineSchema, recordFields } from './schema.ts'

const entities = { user: { country: category(), age: integer({ min: 0 }).optional() }, video: { genres: categories() } }
const events = { watch: { user: ref('user'), video: ref('video'), seconds: number({ min: 0 }) } }

/** The faults of a definition as plain JavaScript may write it. */
function faultsOf(definition: unknown): unknown {
  try {
    defineSchema(definition as { entities: typeof entities; events: typeof events })
  } catch (error) {
    assert.ok(isSluiceError(error, 'INVALID_APPLICATION'), String(error))
    return error.details
  }
  return []
}

const withEvent = (fields: unknown) => faultsOf({ entities, events: { watch: fields } })

describe('defineSchema', () => {
  it('accepts every kind of field, and keeps the definition as it was written', () => {
    const all = {
      ...{ a: text(), b: category(), c: categories(), d: integer({ min: 1, max: 1 }), e: number({ max: -0.5 }) },
      ...{ f: boolean(), g: timestamp(), h: ref('user'), i: id().optional() },
    }
    const schema = defineSchema({ entities, events: { all } })
    assert.equal(schema.entities, entities)
    assert.equal(schema.events.all, all)
  })

  it('has the hash of what it says, whatever the order of its names', () => {
    const { user, video } = entities
    const hash = defineSchema({ entities, events }).hash
    assert.equal(defineSchema({ entities: { video, user }, events }).hash, hash)
    const optional = { watch: { ...events.watch, seconds: number({ min: 0 }).optional() } }
    const wider = { watch: { ...events.watch, seconds: number({ min: -1 }) } }
    for (const other of [{}, optional, wider]) assert.notEqual(defineSchema({ entities, events: other }).hash, hash)
  })

  it('lists every fault, not the first alone', () => {
    assert.deepEqual(
      faultsOf({
        entities: { user: { id: text(), user: text() }, '1st': {}, watch: {} },
        events: { watch: { who: ref('usr'), seconds: number({ min: 2, max: 1 }) }, tap: { 'a b': text() } },
      }),
      [
        "entity user: an attribute cannot have the entity's own name",
        'entity user.id: id is a field that every record has; choose another name',
        'entity "1st": expected a letter, then letters, digits or _, at most 64',
        'watch: an entity and an event cannot share a name',
        'event watch.who: refers to unknown entity usr',
        'event watch.seconds: min 2 is above max 1',
        'event tap: field "a b": expected a letter, then letters, digits or _, at most 64',
      ],
    )
  })

  it('names the count and every fault in its message', () => {
    assert.throws(() => defineSchema({ entities: {}, events: { '': {} } }), {
      code: 'INVALID_APPLICATION',
      message:
        'schema: 2 faults: expected at least one entity, got none; ' +
        'event "": expected a letter, then letters, digits or _, at most 64',
    })
  })

  it('refuses what is no definition', () => {
    const fault = 'expected { entities: {...}, events: {...} }, got '
    assert.deepEqual(faultsOf(undefined), [`${fault}nothing`])
    assert.deepEqual(faultsOf({ entities }), [`${fault}${JSON.stringify({ entities }).slice(0, 77)}...`])
    assert.deepEqual(faultsOf({ entities: [], events: {} }), [`${fault}{"entities":[],"events":{}}`])
    assert.deepEqual(faultsOf({ entities, events, event: {} }), ['schema: expected entities, events, got event'])
    assert.deepEqual(faultsOf({ entities: { user: null }, events: {} }), [
      'entity user: expected an object of fields, got null',
    ])
  })

  it('refuses what is no field, a kind that does not exist and a misspelt option', () => {
    const expected = "event watch.x: expected a field such as number() or ref('user'), got"
    assert.deepEqual(withEvent({ x: 'number' }), [`${expected} "number"`])
    assert.deepEqual(withEvent({ x: number }), [`${expected} a function`])
    assert.deepEqual(withEvent({ x: { kind: 'float' } }), [`${expected} {"kind":"float"}`])
    assert.deepEqual(withEvent({ x: { ...number(), minimum: 1 } }), [
      'event watch.x: expected kind, isOptional, min, max, entity, optional, got minimum',
    ])
    assert.deepEqual(withEvent({ x: { kind: 'reference' } }), ['event watch.x: refers to unknown entity nothing'])
  })

  it('refuses the end of a range that is not a number', () => {
    assert.deepEqual(withEvent({ x: number({ min: Number.NaN }), y: { kind: 'integer', max: '3' } }), [
      'event watch.x: min: expected a finite number, got NaN',
      'event watch.y: max: expected a finite number, got "3"',
    ])
  })

  it('refuses an entity whose key would hide a field of every record', () => {
    assert.deepEqual(faultsOf({ entities: { at: {} }, events: {} }), [
      'entity at: every record has a field of that name; choose another',
    ])
  })

  it('knows no name but those declared, however objects are made', () => {
    assert.deepEqual(withEvent({ x: ref('constructor'), y: ref('toString') }), [
      'event watch.x: refers to unknown entity constructor',
      'event watch.y: refers to unknown entity toString',
    ])
    assert.deepEqual(faultsOf({ entities: { constructor: { name: text() } }, events: { toString: {} } }), [])
    const named = JSON.parse('{"__proto__": {}}')
    assert.deepEqual(faultsOf({ entities, events: named }), [
      'event "__proto__": expected a letter, then letters, digits or _, at most 64',
    ])
  })
})

describe('recordFields', () => {
  const schema = defineSchema({ entities, events })

  it('gives the fields of an event', () => {
    assert.equal(recordFields(schema, 'watch'), events.watch)
  })

  it("gives the key and the attributes of an entity's own event, of which only the key has to be there", () => {
    const fields = recordFields(schema, 'user') ?? {}
    assert.deepEqual(Object.keys(fields), ['user', 'country', 'age'])
    assert.deepEqual(fields.user, { kind: 'reference', isOptional: false, entity: 'user' })
    assert.equal(fields.country?.isOptional, true)
    assert.deepEqual([fields.age?.kind, fields.age?.min, fields.age?.isOptional], ['integer', 0, true])
    assert.equal(entities.user.country.isOptional, false)
  })

  it('gives nothing for a type that was not declared, such as the name of a method', () => {
    for (const type of ['tap', '', 'constructor', '__proto__', 'hasOwnProperty']) {
      assert.equal(recordFields(schema, type), undefined)
    }
  })
})

describe('a field', () => {
  it('is required until it is made optional, and keeps its range and its entity then', () => {
    const field = integer({ min: 1, max: 3 })
    assert.equal(field.isOptional, false)
    const { kind, isOptional, min, max } = field.optional()
    assert.deepEqual({ kind, isOptional, min, max }, { kind: 'integer', isOptional: true, min: 1, max: 3 })
    assert.equal(ref('user').optional().optional().entity, 'user')
    assert.equal(ref('user').optional().optional().isOptional, true)
  })
})
