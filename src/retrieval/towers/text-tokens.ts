/**
 * The distinct words of a text in lower case, and the runs of three letters of each, with its ends marked: so that
 * words of one stem share most of what they say.
 */
export function textTokens(text: string): string[] {
  const tokens = new Set<string>()
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    tokens.add(word)
    const marked = ` ${word} `
    if (word.length >= 3) for (let at = 0; at + 3 <= marked.length; at++) tokens.add(marked.slice(at, at + 3))
  }
  return [...tokens]
}
