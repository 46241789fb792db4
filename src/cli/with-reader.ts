import type { Application } from '../application/index.ts'
import { openReader, type Reader } from '../serving/index.ts'
import { loadApplication } from './load-application.ts'
import type { SharedOptions } from './shared-options.ts'

/** Runs work on an application and its data directory, open for reading, and closes that whatever comes of it. */
export async function withReader(
  { app, dir }: SharedOptions,
  work: (application: Application, reader: Reader) => Promise<void>,
): Promise<void> {
  const application = await loadApplication(app)
  const reader = openReader(application, { directory: dir, clock: Date.now })
  try {
    await work(application, reader)
  } finally {
    await reader.close()
  }
}

/** The system that is named, or the first of the application. */
export function systemName(application: Application, named: string | undefined): string {
  return named ?? Object.keys(application.systems)[0] ?? ''
}
