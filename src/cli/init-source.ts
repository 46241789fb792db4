import { existsSync, readFileSync } from 'node:fs'

const PACKAGE = "'sluice'"
const IMPORT = /^import \{([^}]*)\} from 'sluice'\n/gm

/** What a built-in application may be written in. */
const SOURCES = ['application.ts', 'features.ts', 'schema.ts']

/** The sources of a built-in application, by name. */
export function initSources(system: string): string[] {
  return SOURCES.filter((name) => existsSync(sourceOf(system, name)))
}

/** A source of a built-in application as it would stand in somebody's own folder: floors become the package. */
export function initSource(system: string, name: string): string {
  return withOneImport(
    readFileSync(sourceOf(system, name), 'utf8').replaceAll(/'(\.\.\/){2}[a-z]+\/index\.ts'/g, PACKAGE),
  )
}

/** The package ships these sources of every system; from src/ and from dist/ they lie at the same place. */
function sourceOf(system: string, name: string): URL {
  return new URL(`../../src/systems/${system}/${name}`, import.meta.url)
}

/** All names of the package in one import, at the place of the first. */
function withOneImport(source: string): string {
  const names = [...source.matchAll(IMPORT)]
    .flatMap(([, list = '']) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  let isFirst = true
  return source.replaceAll(IMPORT, () => {
    const text = isFirst ? `import {\n${names.map((name) => `  ${name},\n`).join('')}} from ${PACKAGE}\n` : ''
    isFirst = false
    return text
  })
}
