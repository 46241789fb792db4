import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'

const repository = fileURLToPath(new URL('..', import.meta.url))
const config = await extractConfig(join(repository, '.dependency-cruiser.mjs'))

/** A tree of source files: path -> the imports that the file consists of. */
type Tree = Readonly<Record<string, readonly string[]>>

/** Every rule with the smallest trees that break it, and that one alone. */
const PLANTED: Readonly<Record<string, readonly Tree[]>> = {
  'no-cycles': [
    { 'src/data/a.ts': ['./b.ts'], 'src/data/b.ts': ['./a.ts'] },
    { 'src/data/a.ts': ['type ./b.ts'], 'src/data/b.ts': ['type ./c.ts'], 'src/data/c.ts': ['typeof ./a.ts'] },
  ],
  'downwards-only': [
    { 'src/foundation/a.ts': ['../problem/index.ts'], 'src/problem/index.ts': [] },
    { 'src/ranking/a.ts': ['type ../policy/index.ts'], 'src/policy/index.ts': [] },
    { 'src/application/a.ts': ['../training/index.ts'], 'src/training/index.ts': [] },
    { 'src/serving/a.ts': ['../monitoring/index.ts'], 'src/monitoring/index.ts': [] },
    { 'src/serving/a.ts': ['dynamic ../cli/index.ts'], 'src/cli/index.ts': [] },
    { 'src/serving/a.test.ts': ['../cli/index.ts'], 'src/cli/index.ts': [] },
    { 'src/cli/a.ts': ['../index.ts'], 'src/index.ts': [] },
  ],
  'front-door': [
    { 'src/ranking/a.ts': ['../features/row.ts'], 'src/features/row.ts': [] },
    { 'src/ranking/deep/a.test.ts': ['type ../../features/sub/row.ts'], 'src/features/sub/row.ts': [] },
    { 'src/cli/a.ts': ['../adapters/redis/client.ts'], 'src/adapters/redis/client.ts': [] },
    { 'src/index.ts': ['./features/row.ts'], 'src/features/row.ts': [] },
  ],
  'not-own-index': [{ 'src/data/a.ts': ['./index.ts'], 'src/data/index.ts': [] }],
  'models-see-arrays': [
    { 'src/models/a.ts': ['../data/index.ts'], 'src/data/index.ts': [] },
    { 'src/models/a.test.ts': ['type ../features/index.ts'], 'src/features/index.ts': [] },
  ],
  'evaluation-alone': [{ 'src/evaluation/a.ts': ['../models/index.ts'], 'src/models/index.ts': [] }],
  'four-meet-in-training': [{ 'src/application/a.ts': ['../evaluation/index.ts'], 'src/evaluation/index.ts': [] }],
  'pure-without-node': [
    { 'src/models/a.ts': ['node:fs'] },
    { 'src/ranking/a.ts': ['type node:stream'] },
    { 'src/foundation/a.ts': ['node:worker_threads'] },
    { 'src/foundation/worker-threads.ts': ['node:worker_threads', 'node:fs'] },
  ],
  'pure-without-engines': [
    { 'src/policy/a.ts': ['lmdb'] },
    { 'src/evaluation/a.test.ts': ['fastify'] },
    { 'src/problem/a.ts': ['@fastify/static'] },
    { 'src/models/a.ts': ['onnxruntime-node'] },
  ],
  'systems-apart': [{ 'src/systems/video/a.ts': ['../fraud/index.ts'], 'src/systems/fraud/index.ts': [] }],
  'console-talks-http': [{ 'src/console/a.ts': ['../serving/index.ts'], 'src/serving/index.ts': [] }],
  'adapters-see-ports': [{ 'src/adapters/a.ts': ['../models/index.ts'], 'src/models/index.ts': [] }],
  'adapters-by-cli-only': [{ 'src/serving/a.ts': ['../adapters/index.ts'], 'src/adapters/index.ts': [] }],
  'testing-by-tests-only': [{ 'src/data/a.ts': ['../testing/index.ts'], 'src/testing/index.ts': [] }],
  'tests-are-leaves': [{ 'src/data/a.ts': ['./b.test.ts'], 'src/data/b.test.ts': [] }],
  'shipped-without-dev-packages': [{ 'src/testing/a.ts': ['fast-check'] }],
}

/** What the rules let through, in one tree. */
const SOUND: Tree = {
  'src/index.ts': ['./training/index.ts', './data/index.ts'],
  'src/foundation/index.ts': ['./worker-threads.ts', './kernels/a.ts'],
  'src/foundation/kernels/a.ts': ['../worker-threads.ts'],
  'src/foundation/worker-threads.ts': ['node:worker_threads'],
  'src/problem/index.ts': ['../foundation/index.ts'],
  'src/data/index.ts': ['./log.ts', 'type ./log.ts'],
  'src/data/log.ts': ['../problem/index.ts', 'lmdb', 'node:fs'],
  'src/features/index.ts': ['../data/index.ts'],
  'src/models/index.ts': ['../foundation/index.ts', '@noble/hashes/sha2.js'],
  'src/models/index.test.ts': ['./index.ts', 'node:fs', 'node:test', 'fast-check', '../testing/index.ts'],
  'src/models/a.test-long.ts': ['./index.ts', 'node:fs'],
  'src/evaluation/index.ts': ['../foundation/index.ts', '../problem/index.ts'],
  'src/application/index.ts': ['../features/index.ts', '../models/index.ts'],
  'src/training/index.ts': ['../data/index.ts', '../features/index.ts', '../models/index.ts', '../evaluation/index.ts'],
  'src/serving/index.ts': ['../training/index.ts', '../application/index.ts', 'fastify'],
  'src/monitoring/index.ts': ['../serving/index.ts', 'prom-client'],
  'src/systems/index.ts': ['./video/index.ts', './fraud/index.ts'],
  'src/systems/video/index.ts': ['./schema.ts', '../../serving/index.ts'],
  'src/systems/video/schema.ts': [],
  'src/systems/fraud/index.ts': [],
  'src/console/index.ts': ['../foundation/index.ts'],
  'src/cli/main.ts': ['../systems/index.ts', '../console/index.ts', 'dynamic ../adapters/redis/index.ts', 'commander'],
  'src/adapters/redis/index.ts': ['../../data/index.ts', '../../features/index.ts', '../../foundation/index.ts'],
  'src/testing/index.ts': ['../data/index.ts', '../models/index.ts'],
}

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('the floor rules', () => {
  it('have a planted violation each', () => {
    const rules = new Set(config.forbidden?.map((rule) => rule.name))
    assert.deepEqual(Object.keys(PLANTED).sort(), [...rules].sort())
  })

  for (const [rule, trees] of Object.entries(PLANTED)) {
    it(`see every planted violation of ${rule}, and nothing else in it`, async () => {
      for (const tree of trees) assert.deepEqual(await brokenRules(plant(tree)), [rule], JSON.stringify(tree))
    })
  }

  it('place every folder of the sources', () => {
    const ordered = (config.forbidden ?? []).filter((rule) => rule.name === 'downwards-only')
    const isPlaced = (folder: string): boolean =>
      ordered.some((rule) => new RegExp(`[(|]${folder}[)|]`).test(JSON.stringify(rule)))
    const folders = readdirSync(join(repository, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const beside = ['adapters', 'testing']
    assert.deepEqual(
      folders.map(({ name }) => name).filter((name) => !beside.includes(name) && !isPlaced(name)),
      [],
    )
  })

  it('let through what each floor is for', async () => {
    assert.deepEqual(await violations(plant(SOUND)), [])
  })

  it('hold in the sources', async () => {
    assert.deepEqual(await violations(repository), [])
  })
})

async function brokenRules(root: string): Promise<string[]> {
  return [...new Set((await violations(root)).map((violation) => violation.split(': ')[0] ?? ''))]
}

async function violations(root: string): Promise<string[]> {
  const { forbidden = [], options } = config
  const result = await cruise(['src'], { ...options, baseDir: root, validate: true, ruleSet: { forbidden } })
  const { modules, summary } = result.output as ICruiseResult
  assert.ok(modules.length > 0, 'the scan saw no file')
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
}

/** Writes the files of a tree to a folder of its own, with the packages that they may name. */
function plant(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-floors-'))
  folders.push(root)
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  write('package.json', '{ "dependencies": { "lmdb": "1.0.0" }, "devDependencies": { "fast-check": "1.0.0" } }')
  for (const name of ['lmdb', 'fast-check']) {
    write(`node_modules/${name}/package.json`, `{ "name": "${name}", "version": "1.0.0", "main": "index.js" }`)
    write(`node_modules/${name}/index.js`, '')
  }
  for (const [path, imports] of Object.entries(tree)) write(path, `${imports.map(statement).join('\n')}\nexport {}\n`)
  return root
}

/** One import, of a value unless it says `type`, `typeof` (a type in place) or `dynamic` before the module's name. */
function statement(text: string): string {
  const [kind, name] = text.includes(' ') ? text.split(' ') : ['value', text]
  if (kind === 'type') return `import type { A } from '${name}'`
  if (kind === 'typeof') return `export type C = import('${name}').A`
  if (kind === 'dynamic') return `await import('${name}')`
  return `import { a } from '${name}'`
}
