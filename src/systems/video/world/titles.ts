import type { Random } from '../../../foundation/index.ts'
import { pick } from '../../chance.ts'
import { GENRES } from './genres.ts'

const words = (list: string): readonly string[] => list.split(' ')

const ADJECTIVES = words(
  'Quiet Golden Broken Hidden Slow Honest Wild Tiny Perfect Midnight Simple Forgotten Bright Impossible Lazy Brave ' +
    'Paper Silver Rainy Endless Secret Humble Electric Frozen Crooked Gentle Stubborn Velvet Rusty Daring Hollow ' +
    'Patient Salty Crimson Early Restless Modest Curious Northern Summer',
)

const PLACES = words(
  'Lisbon Osaka Tromso Palermo Oaxaca Recife Leipzig Gdansk Marseille Bristol Nagoya Denver Valencia Bergen Krakow ' +
    'Curitiba Lyon Dresden Merida Sheffield Savannah Sapporo Porto Ghent Tulsa Puebla Bremen Nantes Lublin Salvador',
)

const NAMES = words('Ana Bruno Clara Dario Emi Farid Greta Hugo Ines Jonas Kasia Leo Mina Noor Otto Paula Rafa Sora')

type Template = (adjective: string, topic: string, place: string, name: string, few: number) => string

const TEMPLATES: readonly Template[] = [
  (adjective, topic) => `The ${adjective} ${topic}`,
  (adjective, topic, place) => `${adjective} ${topic} in ${place}`,
  (_, topic, place) => `${topic}: One Day in ${place}`,
  (adjective, topic, _, name) => `${name}'s ${adjective} ${topic}`,
  (_, topic, _place, name) => `${name} Tries a ${topic}`,
  (_, topic, _place, _name, few) => `${few} Things Nobody Tells You About ${topic}`,
  (adjective, topic, place) => `How ${place} Made the ${adjective} ${topic}`,
  (adjective, topic, _place, name) => `${topic} with ${name}, the ${adjective} Way`,
  (adjective, topic, _place, _name, few) => `${topic} in ${few} Minutes (${adjective} Edition)`,
  (adjective, topic, place) => `From ${place}: ${topic}, ${adjective} and Live`,
]

/** Gives titles and remembers them, so that no two videos have the same one: a repetition becomes "Part 2". */
export class TitleWriter {
  readonly #timesUsed = new Map<string, number>()

  /** A new title about a genre (an index into `GENRES`). */
  write(random: Random, genre: number): string {
    const template = pick(random, TEMPLATES)
    const topic = pick(random, GENRES[genre]!.topics)
    const few = 3 + random.integer(12)
    const title = template(pick(random, ADJECTIVES), topic, pick(random, PLACES), pick(random, NAMES), few)
    const part = (this.#timesUsed.get(title) ?? 0) + 1
    this.#timesUsed.set(title, part)
    return part === 1 ? title : `${title} - Part ${part}`
  }
}

const DISGUISES: readonly ((title: string) => string)[] = [
  (title) => title.toUpperCase(),
  (title) => title.toLowerCase(),
  (title) => `${title}!!!`,
  (title) => title.replaceAll(' ', '  '),
  (title) => `"${title}"`,
  (title) => `${title.replaceAll(/[:,']/g, '')}...`,
]

/** The title under which somebody uploads a video again: it differs in case, spaces and punctuation only. */
export function reuploadedTitle(random: Random, title: string): string {
  return pick(random, DISGUISES)(title)
}
