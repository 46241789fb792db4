import { get } from './api.js'
import { byId, element } from './element.js'

/** So long after the last key is the server asked. */
const PAUSE_MS = 80

/**
 * Offers completions below the query while it is typed. Where the server suggests nothing, or cannot, there are none.
 *
 * @param {() => { system: string, subject: string, user: string } | undefined} about
 * @param {(text: string) => void} pick
 */
export function startSuggestions(about, pick) {
  const input = byId('query')
  const list = byId('suggestions')
  /** @type {readonly string[]} */
  let texts = []
  let chosen = -1
  let asking = new AbortController()
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause

  const show = (/** @type {readonly string[]} */ next) => {
    texts = next
    choose(-1)
    list.replaceChildren(
      ...texts.map((text, place) => {
        const take = (/** @type {Event} */ event) => {
          event.preventDefault()
          finish(text)
        }
        return element(
          'div',
          { id: `suggestion-${place}`, role: 'option', 'aria-selected': 'false', mousedown: take },
          text,
        )
      }),
    )
    list.hidden = texts.length === 0
    input.setAttribute('aria-expanded', String(texts.length > 0))
  }
  const choose = (/** @type {number} */ place) => {
    chosen = place
    for (const [index, option] of [...list.children].entries())
      option.setAttribute('aria-selected', String(index === place))
    if (place < 0) input.removeAttribute('aria-activedescendant')
    else input.setAttribute('aria-activedescendant', `suggestion-${place}`)
  }
  const close = () => {
    clearTimeout(pause)
    asking.abort()
    show([])
  }
  const finish = (/** @type {string} */ text) => {
    input.value = text
    close()
    pick(text)
  }
  const ask = async () => {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const text = input.value
    const wanted = about()
    if (!wanted || text.trim() === '') return show([])
    try {
      const search = new URLSearchParams({
        query: text,
        ...(wanted.user === '' ? {} : { [wanted.subject]: wanted.user }),
      })
      const answer = await get(`/v1/systems/${encodeURIComponent(wanted.system)}/suggest?${search}`, { signal })
      if (!signal.aborted && document.activeElement === input) show(readSuggestions(answer))
    } catch {
      if (!signal.aborted) show([])
    }
  }
  input.addEventListener('input', () => {
    clearTimeout(pause)
    pause = setTimeout(ask, PAUSE_MS)
  })
  input.addEventListener('blur', close)
  input.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape' && texts.length > 0) {
      event.preventDefault()
      close()
    }
    if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || texts.length === 0) return
    event.preventDefault()
    const step = event.key === 'ArrowDown' ? 1 : texts.length
    choose(chosen < 0 && step > 1 ? texts.length - 1 : (chosen + step) % texts.length)
  })
  return {
    close,
    /** The suggestion that the keyboard is on. */
    chosen: () => texts[chosen],
  }
}

/** @param {any} answer */
function readSuggestions(answer) {
  const list = Array.isArray(answer?.suggestions) ? answer.suggestions : []
  return list.map((/** @type {any} */ one) => String(one?.text ?? one?.query ?? one))
}
