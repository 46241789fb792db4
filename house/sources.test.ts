import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Where the machine's own clock may be read. */
const CLOCK_ALLOWED: readonly { readonly path: RegExp; readonly reason: string }[] = [
  { path: /^src\/(serving|cli)\//, reason: 'they meet the outside: they hand the clock to the floors below' },
  { path: /[.](test|test-long)[.]ts$/, reason: 'a test may measure itself' },
]

interface Source {
  readonly path: string
  readonly lines: readonly string[]
}

const sources: readonly Source[] = globSync(['{src,house,bench,scripts}/**/*.{ts,tsx,js,mjs}'], {
  cwd: root,
  exclude: (path) => path.endsWith('generated') || path.endsWith('node_modules'),
})
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => ({ path, lines: readFileSync(`${root}/${path}`, 'utf8').split('\n') }))

const shipped = sources.filter(({ path }) => path.startsWith('src/'))

describe('the sources', () => {
  it('are seen by these rules', () => {
    assert.ok(shipped.some(({ path }) => path === 'src/foundation/sluice-error.ts'))
  })

  it('list the names of what they export', () => {
    assert.deepEqual(codeLines(sources, /^\s*export \* /), [])
  })

  it('have an index.ts on every floor', () => {
    const floors = new Set(shipped.map(({ path }) => path.split('/').slice(0, 2).join('/')))
    const without = [...floors].filter((floor) => !floor.endsWith('.ts') && !existsSync(`${root}/${floor}/index.ts`))
    assert.deepEqual(
      without.filter((floor) => floor !== 'src/cli' && floor !== 'src/adapters'),
      [],
      'cli is the top: its door is main.ts; and every engine of adapters has a door of its own',
    )
  })

  it('draw chance from a seed only', () => {
    assert.deepEqual(codeLines(sources, /\bMath\.random\b|\bcrypto\.(randomUUID|getRandomValues|randomBytes)\b/), [])
  })

  it('take the time from a clock that is handed to them', () => {
    const clockless = shipped.filter((source) => !CLOCK_ALLOWED.some(({ path }) => path.test(source.path)))
    const clock = /\bDate\.now\b|\bnew Date(?:\(\)|(?!\w|\())|\bperformance\.now\b|\bprocess\.hrtime\b/
    assert.deepEqual(codeLines(clockless, clock), [])
  })

  it('leave standard output to the command line', () => {
    const quiet = shipped.filter(({ path }) => !/^src\/(cli|console)\/|[.](test|test-long)[.]ts$/.test(path))
    assert.deepEqual(codeLines(quiet, /\bconsole\.(log|info|debug|table)\(|\bprocess\.stdout\b/), [])
  })

  it('stay under 400 lines a file', () => {
    const long = shipped.filter(({ lines }) => lines.length > 401)
    assert.deepEqual(
      long.map(({ path, lines }) => `${path}: ${lines.length - 1}`),
      [],
    )
  })

  it('are typed without any, and no check is switched off', () => {
    const typed = sources.filter(({ path }) => /[.]tsx?$/.test(path))
    assert.deepEqual(codeLines(typed, /[:<,|&]\s*any\b(?!['\w-])|\bas any\b/), [])
    assert.deepEqual(grep(typed, /@ts-(ignore|nocheck)\b/), [])
  })

  it('run every test', () => {
    assert.deepEqual(codeLines(sources, /\b(it|test|describe)\.only\(|\bonly: true\b/), [])
  })

  it('hold no path of one machine', () => {
    const others = globSync(['*.{json,md,mjs}', 'docs/**/*.md', '.ci/*'], { cwd: root })
      .filter((path) => path !== 'package-lock.json')
      .map((path) => ({ path, lines: readFileSync(`${root}/${path}`, 'utf8').split('\n') }))
    assert.deepEqual(grep([...sources, ...others], /(?<![\w.~*])\/(home|Users|root|work)\/\w/), [])
  })
})

/** The places whose code matches; lines that are comments are not code. */
function codeLines(from: readonly Source[], pattern: RegExp): string[] {
  return grep(from, pattern, (line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
}

function grep(from: readonly Source[], pattern: RegExp, isSearched = (_line: string): boolean => true): string[] {
  return from
    .filter(({ path }) => path !== 'house/sources.test.ts')
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (isSearched(line) && pattern.test(line) ? [`${path}:${index + 1}: ${line}`] : [])),
    )
}
