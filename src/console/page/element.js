/**
 * Builds an element. Strings become text, so nothing that the server says is ever read as markup.
 *
 * @param {string} tag
 * @param {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} [attributes] - functions
 *   are listeners of the event they are named for; `false` and `undefined` are left out
 * @param {...(Node | string | false | null | undefined | readonly (Node | string | false | null | undefined)[])} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') node.addEventListener(name, value)
    else node.setAttribute(name, value === true ? '' : String(value))
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false))
  return node
}

/**
 * The element of the page with an id.
 *
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no element #${id}`)
  return found
}
