import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { temporaryFolder } from '../testing/index.ts'
import { type Lineage, ModelRegistry } from './model-registry.ts'

const LINEAGE: Lineage = {
  system: 'home',
  offsets: { from: 1, until: 10 },
  splits: { retrievalUntil: 6, rankerUntil: 8 },
  seed: 1,
  featureHash: 'f',
  systemHash: 's',
  columnNames: ['a'],
  codeVersion: '0.1.0',
  metrics: {},
}
const artifacts = (byte: number) => new Map([['ranker', Uint8Array.of(byte, 2, 3)]])

describe('the model registry', () => {
  const folder = temporaryFolder()
  let number = 0
  const open = () => {
    const directory = join(folder, `${++number}`)
    return { directory, registry: new ModelRegistry(directory), models: join(directory, 'models', 'home') }
  }

  it('numbers versions in the order of registration, past the tenth too', () => {
    const { registry } = open()
    assert.deepEqual(registry.versions('home'), [])
    for (let count = 0; count < 11; count++) registry.register(LINEAGE, artifacts(count), count)
    const names = registry.versions('home').map(({ version }) => version)
    assert.deepEqual(names, ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9', 'v10', 'v11'])
  })

  it('gives back what was registered, and never writes over it', () => {
    const { registry } = open()
    const first = registry.register(LINEAGE, artifacts(1), 5)
    registry.register(LINEAGE, artifacts(9), 6)
    assert.deepEqual(registry.find('home', 'v1'), first)
    assert.deepEqual([...registry.artifacts(first)], [['ranker', Uint8Array.of(1, 2, 3)]])
    assert.equal(registry.find('home', 'v3'), undefined)
    assert.equal(registry.find('home', '../home/v1'), undefined)
  })

  it('gives equal artifacts one model hash, whatever their order, and others another', () => {
    const { registry } = open()
    const hash = (entries: [string, Uint8Array][]) => registry.register(LINEAGE, new Map(entries), 0).modelHash
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]
    assert.equal(hash([['a', a], ['b', b]]), hash([['b', b], ['a', a]])) // biome-ignore format: side by side
    assert.notEqual(hash([['a', a], ['b', b]]), hash([['a', b], ['b', a]])) // biome-ignore format: side by side
  })

  it('has no champion before one is promoted, and the last promoted from then on', () => {
    const { registry, models } = open()
    registry.register(LINEAGE, artifacts(1), 0)
    registry.register(LINEAGE, artifacts(2), 0)
    assert.equal(registry.champion('home'), undefined)
    registry.promote('home', 'v2')
    registry.promote('home', 'v1')
    assert.equal(registry.champion('home')?.version, 'v1')
    assert.deepEqual(readdirSync(models).sort(), ['champion.json', 'v1', 'v2'])
    assert.throws(
      () => registry.promote('home', 'v3'),
      (error) => isSluiceError(error, 'NO_MODEL'),
    )
    assert.equal(registry.champion('home')?.version, 'v1')
  })

  it('does not see what a crash left behind, and writes over it', () => {
    const { registry, models } = open()
    mkdirSync(join(models, 'v1.draft'), { recursive: true })
    writeFileSync(join(models, 'v1.draft', 'old.bin'), 'half')
    writeFileSync(join(models, 'champion.json.draft'), '{"vers')
    assert.deepEqual(registry.versions('home'), [])
    assert.equal(registry.champion('home'), undefined)
    const version = registry.register(LINEAGE, artifacts(1), 0)
    assert.equal(version.version, 'v1')
    assert.deepEqual(readdirSync(join(models, 'v1')).sort(), ['manifest.json', 'ranker.bin'])
  })

  it('refuses artifacts that changed or are gone, and manifests that are garbage', () => {
    const { registry, models } = open()
    const version = registry.register(LINEAGE, artifacts(1), 0)
    const isCorrupt = (error: unknown) => isSluiceError(error, 'MODEL_CORRUPT')
    writeFileSync(join(models, 'v1', 'ranker.bin'), 'other')
    assert.throws(() => registry.artifacts(version), isCorrupt)
    assert.throws(() => registry.artifacts({ ...version, artifacts: { missing: 'x' } }), isCorrupt)
    for (const garbage of ['{"system":', 'null', '[]', '{"version":"v1"}']) {
      writeFileSync(join(models, 'v1', 'manifest.json'), garbage)
      assert.throws(() => registry.versions('home'), isCorrupt, garbage)
    }
    registry.register({ ...LINEAGE, system: 'other' }, artifacts(1), 0)
    writeFileSync(join(folder, `${number}`, 'models', 'other', 'champion.json'), '{')
    assert.throws(() => registry.champion('other'), isCorrupt)
  })

  it('keeps what was erased beside a version, whose files and hash stay as they were', () => {
    const { registry, models } = open()
    const version = registry.register(LINEAGE, artifacts(1), 0)
    assert.deepEqual(registry.erasures(version), [])
    const marks = [
      { receipt: 'e-1', at: 7, records: 3 },
      { receipt: 'e-2', at: 8, records: 1 },
    ]
    for (const mark of marks) registry.markErased(version, mark)
    assert.deepEqual(registry.erasures(version), marks)
    assert.deepEqual(registry.find('home', 'v1'), version)
    assert.deepEqual([...registry.artifacts(version)], [['ranker', Uint8Array.of(1, 2, 3)]])
    writeFileSync(join(models, 'v1', 'erasures.json'), '[]')
    assert.throws(
      () => registry.erasures(version),
      (error) => isSluiceError(error, 'MODEL_CORRUPT'),
    )
  })
})
