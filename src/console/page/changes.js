/**
 * What became of a page.
 *
 * @typedef {object} PageChanges
 * @property {ReadonlySet<string>} added - ids that were not on the page before
 * @property {ReadonlyMap<string, number>} moved - ids with the position they had
 * @property {readonly string[]} gone - ids that are no longer on it
 */

/**
 * Compares two pages of the same user.
 *
 * @param {readonly { id: string, position: number }[]} before
 * @param {readonly { id: string, position: number }[]} after
 * @returns {PageChanges}
 */
export function pageChanges(before, after) {
  const positions = new Map(before.map((item) => [item.id, item.position]))
  const added = new Set(after.filter(({ id }) => !positions.has(id)).map(({ id }) => id))
  const moved = new Map()
  for (const { id, position } of after) {
    const was = positions.get(id)
    if (was !== undefined && was !== position) moved.set(id, was)
  }
  const stayed = new Set(after.map(({ id }) => id))
  return { added, moved, gone: before.filter(({ id }) => !stayed.has(id)).map(({ id }) => id) }
}
