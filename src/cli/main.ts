#!/usr/bin/env -S node --initial-old-space-size=600 --max-semi-space-size=8
// The heap begins large, so that full collections are rare: they are what the slowest pages of a server wait for.
import module from 'node:module'
import { isSluiceError } from '../foundation/index.ts'
import { requireNode } from './require-node.ts'

// A reader that has seen enough, such as `head`, is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
}

try {
  requireNode(process.versions.node)
  // Halves the time to load the sources from the second run on.
  module.enableCompileCache()
  // Loaded only now, so that an old Node gets the message and not a syntax error.
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  if (!isSluiceError(error)) throw error
  process.stderr.write(`sluice: ${error.message}\n`)
  process.exitCode = 2
}
