import { fileURLToPath } from 'node:url'

/** The directory of the console's static files, to be served under `/console/`; beside this file in `src` and `dist`. */
export const consoleDirectory: string = fileURLToPath(new URL('./page/', import.meta.url))
