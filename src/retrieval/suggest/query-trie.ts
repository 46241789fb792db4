import { assert } from '../../foundation/index.ts'
import { GrowingArray } from '../text/growing-array.ts'

const NONE = -1
const NOTHING = Number.NEGATIVE_INFINITY

/** A place in the trie: so many letters of a node's label have been read on the way to it. */
export interface TriePlace {
  readonly node: number
  readonly read: number
}

/**
 * Texts with a weight each, in a trie whose edges have labels of one or more letters and whose nodes know the largest
 * weight below them: the heaviest texts that begin with some letters are found without looking at the others.
 *
 * A text has a number as long as it is held. Numbers and results hang on the texts held and the order in which they were
 * added, and results not even on that.
 *
 * @see Morrison 1968, JACM 15(4), for the trie; Hsu & Ottaviano 2013, WWW, for completion by the best below.
 */
export class QueryTrie {
  readonly #labels: string[] = []
  /** The first letter of each label, so that the right child is found without reading strings. */
  readonly #letters = new GrowingArray(new Uint16Array())
  readonly #parents = new GrowingArray(new Int32Array())
  readonly #children = new GrowingArray(new Int32Array())
  readonly #siblings = new GrowingArray(new Int32Array())
  readonly #best = new GrowingArray(new Float64Array())
  /** The text that ends at a node. */
  readonly #texts = new GrowingArray(new Int32Array())
  /** By text: its node and its weight. */
  readonly #nodes = new GrowingArray(new Int32Array())
  readonly #weights = new GrowingArray(new Float64Array())
  readonly #freeNodes: number[] = []
  readonly #freeTexts: number[] = []

  constructor() {
    this.#newNode('', NONE)
  }

  /** Texts held. */
  get size(): number {
    return this.#nodes.length - this.#freeTexts.length
  }

  get root(): TriePlace {
    return { node: 0, read: 0 }
  }

  /** The number of a text, -1 when it is not held. O(length). */
  find(text: string): number {
    let node = 0
    for (let place = 0; place < text.length; place += this.#labels[node]!.length) {
      node = this.#child(node, text.charCodeAt(place))
      if (node === NONE || !text.startsWith(this.#labels[node]!, place)) return NONE
    }
    return this.#texts.get(node)
  }

  /** The number of a text; a new one weighs minus infinity, that is: it is never among the best. O(length). */
  add(text: string): number {
    let node = 0
    for (let place = 0; place < text.length; ) {
      const child = this.#child(node, text.charCodeAt(place))
      if (child === NONE) {
        node = this.#newChild(node, text.slice(place))
        break
      }
      const label = this.#labels[child]!
      let common = 1
      while (common < label.length && label.charCodeAt(common) === text.charCodeAt(place + common)) common++
      node = common === label.length ? child : this.#split(child, common)
      place += common
    }
    const known = this.#texts.get(node)
    return known === NONE ? this.#newText(node) : known
  }

  text(number: number): string {
    return this.#path(this.#nodes.get(number))
  }

  weight(number: number): number {
    return this.#weights.get(number)
  }

  /** O(length + children that are better than those on the way). */
  setWeight(number: number, weight: number): void {
    this.#weights.set(number, weight)
    this.#update(this.#nodes.get(number))
  }

  /** Forgets a text; its number may be given to another. */
  remove(number: number): void {
    let node = this.#nodes.get(number)
    this.#texts.set(node, NONE)
    this.#weights.set(number, NOTHING)
    this.#freeTexts.push(number)
    this.#update(node)
    // What led to this text alone goes with it, so that nothing of it is left.
    while (node !== 0 && this.#texts.get(node) === NONE && this.#children.get(node) === NONE) {
      const parent = this.#parents.get(node)
      this.#unlink(node)
      node = parent
    }
  }

  /** The letter that may come next, and where it leads, for every one there is. */
  *next({ node, read }: TriePlace): Generator<readonly [letter: number, place: TriePlace]> {
    const label = this.#labels[node]!
    if (read < label.length) {
      yield [label.charCodeAt(read), { node, read: read + 1 }]
      return
    }
    for (let child = this.#children.get(node); child !== NONE; child = this.#siblings.get(child)) {
      yield [this.#letters.get(child), { node: child, read: 1 }]
    }
  }

  /** Where a letter leads; undefined when no text goes on so. */
  step({ node, read }: TriePlace, letter: number): TriePlace | undefined {
    const label = this.#labels[node]!
    if (read < label.length) return label.charCodeAt(read) === letter ? { node, read: read + 1 } : undefined
    const child = this.#child(node, letter)
    return child === NONE ? undefined : { node: child, read: 1 }
  }

  /**
   * Texts that begin at any of the places, the heaviest first: by weight less what their place costs, of equal ones
   * those that are smaller by their UTF-16 units. A text that several places lead to comes once.
   *
   * @remarks O(log) a node that is looked at, and only the way to each text given and one node beside each step of it are.
   */
  *heaviest(
    places: readonly { readonly place: TriePlace; readonly cost: number }[],
  ): Generator<{ readonly number: number; readonly text: string; readonly cost: number }> {
    const heap = new BestFirst((node) => this.#path(node))
    const given = new Set<number>()
    for (const { place, cost } of places) this.#offer(heap, place.node, cost, undefined)
    for (let top = heap.pop(); top; top = heap.pop()) {
      const { node, cost, above } = top
      const number = this.#texts.get(node)
      if (top.isText) {
        if (given.has(number)) continue
        given.add(number)
        yield { number, text: heap.textOf(top), cost }
        continue
      }
      // Children stand best first: the next one has its turn after this one.
      if (above !== undefined) this.#offer(heap, this.#siblings.get(node), cost, above)
      const text = heap.textOf(top)
      const weight = number === NONE ? NOTHING : this.#weights.get(number)
      if (weight > NOTHING) heap.push({ value: weight - cost, node, cost, isText: true, above, text })
      this.#offer(heap, this.#children.get(node), cost, text)
    }
  }

  #offer(heap: BestFirst, node: number, cost: number, above: string | undefined): void {
    const best = node === NONE ? NOTHING : this.#best.get(node)
    if (best === NOTHING) return
    const text = above === undefined ? undefined : above + this.#labels[node]!
    heap.push({ value: best - cost, node, cost, isText: false, above, text })
  }

  #child(node: number, letter: number): number {
    let child = this.#children.get(node)
    while (child !== NONE && this.#letters.get(child) !== letter) child = this.#siblings.get(child)
    return child
  }

  #path(node: number): string {
    let text = ''
    for (let at = node; at !== 0; at = this.#parents.get(at)) text = this.#labels[at]! + text
    return text
  }

  /** Mends the largest weights and the order of children on the way up from a node whose own weight has changed. */
  #update(from: number): void {
    for (let node = from; ; node = this.#parents.get(node)) {
      const number = this.#texts.get(node)
      const child = this.#children.get(node)
      const own = number === NONE ? NOTHING : this.#weights.get(number)
      const best = child === NONE ? own : Math.max(own, this.#best.get(child))
      const before = this.#best.get(node)
      if (best === before) return
      const isFirst = node === 0 || this.#children.get(this.#parents.get(node)) === node
      if (!isFirst || best < before) this.#takeFromParent(node)
      this.#best.set(node, best)
      if (!isFirst || best < before) this.#giveToParent(node)
      if (node === 0) return
    }
  }

  #newText(node: number): number {
    const free = this.#freeTexts.pop()
    const number = free ?? this.#nodes.length
    if (free === undefined) {
      this.#nodes.push(node)
      this.#weights.push(NOTHING)
    } else this.#nodes.set(number, node)
    this.#texts.set(node, number)
    return number
  }

  #newChild(parent: number, label: string): number {
    const node = this.#newNode(label, parent)
    this.#giveToParent(node)
    return node
  }

  #newNode(label: string, parent: number): number {
    const free = this.#freeNodes.pop()
    const node = free ?? this.#labels.length
    if (free === undefined) {
      this.#labels.push(label)
      this.#letters.push(0)
      for (const column of [this.#parents, this.#children, this.#siblings, this.#texts]) column.push(NONE)
      this.#best.push(NOTHING)
    }
    this.#labels[node] = label
    this.#letters.set(node, label.charCodeAt(0) || 0)
    this.#parents.set(node, parent)
    return node
  }

  /** Puts a node between another and its parent, with the first letters of the label; returns it. */
  #split(lower: number, letters: number): number {
    const label = this.#labels[lower]!
    this.#takeFromParent(lower)
    const upper = this.#newNode(label.slice(0, letters), this.#parents.get(lower))
    this.#best.set(upper, this.#best.get(lower))
    this.#giveToParent(upper)
    this.#labels[lower] = label.slice(letters)
    this.#letters.set(lower, label.charCodeAt(letters))
    this.#parents.set(lower, upper)
    this.#giveToParent(lower)
    return upper
  }

  #takeFromParent(node: number): void {
    if (node === 0) return
    const parent = this.#parents.get(node)
    const next = this.#siblings.get(node)
    let before = this.#children.get(parent)
    if (before === node) {
      this.#children.set(parent, next)
      return
    }
    while (this.#siblings.get(before) !== node) {
      before = this.#siblings.get(before)
      assert(before !== NONE, 'a child that its parent does not know')
    }
    this.#siblings.set(before, next)
  }

  /** Puts a node among the children of its parent: the best first, of equal ones by their letter. */
  #giveToParent(node: number): void {
    if (node === 0) return
    const [best, letter] = [this.#best.get(node), this.#letters.get(node)]
    const isBefore = (other: number): boolean => {
      const theirs = this.#best.get(other)
      return theirs > best || (theirs === best && this.#letters.get(other) < letter)
    }
    let before = NONE
    let next = this.#children.get(this.#parents.get(node))
    while (next !== NONE && isBefore(next)) {
      before = next
      next = this.#siblings.get(next)
    }
    if (before === NONE) this.#children.set(this.#parents.get(node), node)
    else this.#siblings.set(before, node)
    this.#siblings.set(node, next)
  }

  #unlink(node: number): void {
    this.#takeFromParent(node)
    this.#labels[node] = ''
    this.#siblings.set(node, NONE)
    this.#best.set(node, NOTHING)
    this.#freeNodes.push(node)
  }
}

/** A node whose best is to come, or the text that ends at it. */
interface Offered {
  readonly value: number
  readonly node: number
  readonly cost: number
  readonly isText: boolean
  /** What leads to its parent, when the parent's other children are still to come. */
  readonly above: string | undefined
  /** What leads to the node; read from the trie when it is needed. */
  text: string | undefined
}

/** The largest value first; of equal ones the smaller text, so that nothing smaller can still come below another. */
class BestFirst {
  readonly #heap: Offered[] = []
  readonly #path: (node: number) => string

  constructor(path: (node: number) => string) {
    this.#path = path
  }

  textOf(offered: Offered): string {
    offered.text ??= this.#path(offered.node)
    return offered.text
  }

  push(offered: Offered): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(offered)
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!this.#isBefore(offered, heap[parent]!)) break
      heap[place] = heap[parent]!
      place = parent
    }
    heap[place] = offered
  }

  pop(): Offered | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return first
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.#isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!this.#isBefore(heap[child]!, last)) break
      heap[place] = heap[child]!
      place = child
    }
    heap[place] = last
    return first
  }

  #isBefore(a: Offered, b: Offered): boolean {
    if (a.value !== b.value) return a.value > b.value
    const [left, right] = [this.textOf(a), this.textOf(b)]
    // A text comes before what is still below its node.
    return left < right || (left === right && a.isText && !b.isText)
  }
}
