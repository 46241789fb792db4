import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

type Versions = Readonly<Record<string, string>>

interface Manifest {
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly peerDependencies?: Versions
  readonly optionalDependencies?: Versions
  readonly overrides?: Versions
}

const manifest = readJson('package.json') as Manifest
const installed: Versions = {
  ...manifest.dependencies,
  ...manifest.devDependencies,
  ...manifest.optionalDependencies,
}

describe('the dependencies', () => {
  it('have exact versions', () => {
    const exact = /^(npm:(@[\w-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/
    for (const [name, version] of Object.entries({ ...installed, ...manifest.overrides })) {
      assert.match(version, exact, name)
    }
  })

  it('are each named with their reason in ARCHITECTURE.md, and no other is', () => {
    const section = /^## Dependencies$(.*?)(?=^## |$(?![\s\S]))/ms.exec(readText('ARCHITECTURE.md'))?.[1] ?? ''
    const rows = [...section.matchAll(/^\| (`[^|]+`) \| ([^|]{10,}) \|$/gm)]
    const named = rows.flatMap(([, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
    assert.deepEqual(named.sort(), Object.keys({ ...installed, ...manifest.peerDependencies }).sort())
  })

  it('are locked for every platform, without which npm ci refuses the lock file', () => {
    const { packages } = readJson('package-lock.json') as { packages: Readonly<Record<string, Manifest>> }
    for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
      for (const name of Object.keys(optionalDependencies)) {
        const isLocked = `${path}/node_modules/${name}` in packages || `node_modules/${name}` in packages
        assert.ok(isLocked, `${path} wants ${name}: choose a version that has it for every platform`)
      }
    }
  })

  it('make tsc the compiler that is meant, although two of them are installed', () => {
    const tsc = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url))
    const wanted = installed['@typescript/native']?.split('@').at(-1)
    assert.equal(execFileSync(tsc, ['--version'], { encoding: 'utf8' }).trim(), `Version ${wanted}`)
  })
})

function readText(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
}

function readJson(path: string): unknown {
  return JSON.parse(readText(path))
}
