/** A colour as sellers name it, and the plain one it is a kind of. */
export interface Colour {
  readonly name: string
  readonly plain: string
  /** How much of what is sold has it. */
  readonly weight: number
}

const KINDS: Readonly<Record<string, readonly [weight: number, names: string]>> = {
  black: [20, 'black'],
  white: [14, 'white ivory'],
  grey: [12, 'grey charcoal silver'],
  blue: [13, 'blue navy turquoise'],
  red: [9, 'red burgundy crimson'],
  green: [8, 'green olive mint'],
  brown: [7, 'brown tan chocolate'],
  beige: [6, 'beige cream sand'],
  pink: [5, 'pink rose'],
  yellow: [3, 'yellow mustard'],
  purple: [2, 'purple lavender'],
  orange: [2, 'orange coral'],
}

export const COLOURS: readonly Colour[] = Object.entries(KINDS).flatMap(([plain, [weight, names]]) =>
  // The plain name is the most frequent of its kind.
  names.split(' ').map((name, place, all) => ({ name, plain, weight: (weight * (all.length - place)) / all.length })),
)

/** The plain colours, which is what most people ask for. */
export const PLAIN_COLOURS: readonly string[] = Object.keys(KINDS)

/** How people write a colour that is written in two ways: American and British. */
export function colourInDialect(name: string, dialect: 0 | 1): string {
  return name === 'grey' && dialect === 0 ? 'gray' : name
}
