import { thrownMessages } from '../foundation/index.ts'
import type { FieldKind, Schema } from '../problem/index.ts'
import { requirePageRules, rulePaths } from '../reranking/index.ts'
import type { SearchSystem } from './search-system.ts'

const NAMES: readonly FieldKind[] = ['reference', 'category', 'identifier', 'text']

/** What is wrong with the rules and pins of the pages of a search system, in words. */
export function searchPageFaults(schema: Schema, system: SearchSystem): string[] {
  return [...ruleFaults(schema, system), ...pinFaults(schema, system)]
}

function ruleFaults(
  schema: Schema,
  { documents, page, reranking = [], sponsored }: Pick<SearchSystem, 'documents' | 'page' | 'reranking' | 'sponsored'>,
): string[] {
  const isKnown = (path: string): boolean => {
    return Object.keys(schema.entities[documents] ?? {}).some((name) => `${documents}.${name}` === path)
  }
  const hasSlots = reranking.some((rule) => rule.kind === 'sponsored')
  return [
    ...rulePaths(reranking)
      .filter((path) => !isKnown(path))
      .map((path) => `reranking: expected an attribute of ${documents}, got ${path}`),
    ...thrownMessages(() => requirePageRules(reranking, page.limit)).map((fault) => `reranking: ${fault}`),
    ...reranking
      .filter((rule) => rule.kind === 'exploration' || (rule.kind === 'determinantal' && rule.by === undefined))
      .map(({ kind }) => `reranking: expected rules that a search can keep, got ${kind}`),
    ...attributeFaults(schema, 'sponsored', { entity: documents, name: sponsored, kinds: ['boolean'] }),
    ...(hasSlots && sponsored === undefined
      ? ['reranking: expected the attribute that marks sponsored documents, since there are slots for them, got none']
      : []),
  ]
}

function pinFaults(schema: Schema, { pins, documents, subject }: SearchSystem): string[] {
  if (pins === undefined) return []
  const { entity, query, document, position, removed } = pins
  if (!Object.hasOwn(schema.entities, entity)) return [`pins: unknown entity ${entity}`]
  if (entity === documents || entity === subject) return [`pins: expected an entity of its own, got ${entity}`]
  return [
    ...attributeFaults(schema, 'pins.query', { entity, name: query, kinds: ['text'] }),
    ...attributeFaults(schema, 'pins.document', { entity, name: document, kinds: NAMES }),
    ...attributeFaults(schema, 'pins.position', { entity, name: position, kinds: ['integer'] }),
    ...attributeFaults(schema, 'pins.removed', { entity, name: removed, kinds: ['boolean'] }),
  ]
}

function attributeFaults(
  schema: Schema,
  what: string,
  { entity, name, kinds }: { entity: string; name: string | undefined; kinds: readonly FieldKind[] },
): string[] {
  if (name === undefined) return []
  const usable = Object.entries(schema.entities[entity] ?? {}).filter(([, { kind }]) => kinds.includes(kind))
  if (usable.some(([own]) => own === name)) return []
  const known = usable.map(([own]) => own).join(', ') || 'it has none'
  return [`${what}: expected an attribute of ${entity} of kind ${kinds.join(' or ')} (${known}), got ${name}`]
}
