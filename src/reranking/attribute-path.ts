import { SluiceError } from '../foundation/index.ts'

const PATH = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/

/**
 * Refuses what cannot be an attribute path (`video.title`); whether the attribute exists is the schema's question.
 *
 * @throws SluiceError `INVALID_ARGUMENT`
 */
export function requireAttributePath(rule: string, path: string): void {
  if (typeof path === 'string' && PATH.test(path)) return
  throw new SluiceError(
    'INVALID_ARGUMENT',
    `${rule}: expected an attribute path such as "video.title", got ${JSON.stringify(path)}; name an entity and its attribute`,
  )
}
