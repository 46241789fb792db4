import { SluiceError } from '../foundation/index.ts'

const OLDEST = { major: 22, minor: 18 }

/**
 * Refuses a Node that cannot run Sluice, before anything fails in a way that is harder to read.
 *
 * @param version - as in `process.versions.node`, such as `24.1.0`; a leading `v` is allowed
 * @throws SluiceError `UNSUPPORTED_RUNTIME` below 22.18, the first version that runs TypeScript as it is
 */
export function requireNode(version: string): void {
  const [major = Number.NaN, minor = Number.NaN] = version.replace(/^v/, '').split('.').map(Number)
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return
  throw new SluiceError(
    'UNSUPPORTED_RUNTIME',
    `Node: expected ${OLDEST.major}.${OLDEST.minor} or newer, got ${version}; install a newer Node, or in a checkout ` +
      'run `npm run sluice -- <arguments>`, which brings its own (if it did not, `npm rebuild node` does)',
  )
}
