import type { ServerContext } from './server-context.ts'

/** Why the server should get no requests now; empty when it should. */
export function healthReasons({ disk, isClosing }: Pick<ServerContext, 'disk' | 'isClosing'>): string[] {
  return [...(isClosing() ? ['it is shutting down'] : []), ...(disk.isRefusing ? ['the disk refuses writes'] : [])]
}
