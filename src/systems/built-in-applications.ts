import type { Application } from '../application/index.ts'
import { SluiceError } from '../foundation/index.ts'
import { fraudApplication } from './fraud/index.ts'
import { moviesApplication } from './movies/index.ts'
import { searchApplication } from './search/index.ts'
import { videoApplication } from './video/index.ts'

/** The applications that come with the package, by name. */
export const builtInApplications: Readonly<Record<string, Application>> = {
  video: videoApplication,
  movies: moviesApplication,
  fraud: fraudApplication,
  search: searchApplication,
}

/**
 * The built-in application of a name.
 *
 * @throws SluiceError `INVALID_ARGUMENT` naming those there are
 */
export function findApplication(name: string): Application {
  const application = Object.hasOwn(builtInApplications, name) ? builtInApplications[name] : undefined
  if (application) return application
  const known = Object.keys(builtInApplications).join(', ')
  throw new SluiceError('INVALID_ARGUMENT', `application: expected one of ${known}, got ${JSON.stringify(name)}`)
}
