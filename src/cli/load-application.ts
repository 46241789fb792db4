import { Console } from 'node:console'
import { existsSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Application } from '../application/index.ts'
import { isSluiceError, SluiceError } from '../foundation/index.ts'
import { builtInApplications } from '../systems/index.ts'

const FILE_NAMES = ['application.ts', 'application.js', 'application.mjs']
/** This very package, from the sources or from what was built of them. */
const OWN_INDEX = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url).href

/**
 * The application of a built-in name, or the one that a file exports, by default or by any name. A folder stands for
 * its `application.ts`. In the file, `sluice` is this package, whatever is installed around it.
 *
 * @throws SluiceError `APPLICATION_NOT_FOUND` when there is no such name or file, or it exports no application;
 * `INVALID_APPLICATION` with every fault when its definition is wrong
 */
export async function loadApplication(nameOrFile: string): Promise<Application> {
  if (Object.hasOwn(builtInApplications, nameOrFile)) return builtInApplications[nameOrFile] as Application
  const file = findFile(nameOrFile)
  // Standard output is for the result alone: what the file itself logs goes elsewhere.
  globalThis.console = new Console(process.stderr)
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'sluice' ? { url: OWN_INDEX, shortCircuit: true } : next(specifier, context),
  })
  const application = Object.values(await importFile(file)).find(isApplication)
  if (application) return application
  throw notFound(`${file}: expected an export made by defineApp, got none; export the application`)
}

function findFile(nameOrFile: string): string {
  const path = resolve(nameOrFile)
  const candidates =
    existsSync(path) && statSync(path).isDirectory() ? FILE_NAMES.map((name) => resolve(path, name)) : [path]
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found) return found
  const known = Object.keys(builtInApplications).join(', ')
  throw notFound(`application: expected a file or one of ${known}, got ${JSON.stringify(nameOrFile)}`)
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (cause) {
    if (isSluiceError(cause)) throw cause
    throw new SluiceError('APPLICATION_NOT_FOUND', `${file}: expected a module that loads, got: ${messageOf(cause)}`, {
      cause,
    })
  }
}

function isApplication(value: unknown): value is Application {
  return value !== null && typeof value === 'object' && 'schema' in value && 'features' in value && 'systems' in value
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function notFound(message: string): SluiceError {
  return new SluiceError('APPLICATION_NOT_FOUND', message)
}
