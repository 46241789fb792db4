import { readFileSync } from 'node:fs'

/** The version of this package; it is the code version in a model's lineage. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}
