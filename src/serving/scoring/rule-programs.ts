import { contentHash, isSluiceError } from '../../foundation/index.ts'
import { compileRules, type RuleProgram, type RuleSet, type RuleVocabulary } from '../../policy/index.ts'

/** Rules that are ready to be asked. */
export interface OpenRules {
  readonly version: number
  readonly hash: string
  readonly program: RuleProgram
  /** Room for what each rule says. */
  readonly fired: Uint8Array
}

const KEPT = 16

/**
 * Compiles versions of rules once. Those that this application cannot read any more, because a feature went, are not
 * given: they fail closed, and who asks says so.
 */
export class RulePrograms {
  readonly #vocabulary: RuleVocabulary
  readonly #declared: OpenRules
  readonly #known = new Map<string, OpenRules | undefined>()

  /** @param declared - the rules of the application itself, which are version 0 */
  constructor(vocabulary: RuleVocabulary, declared: string) {
    this.#vocabulary = vocabulary
    this.#declared = this.#open(0, contentHash(declared), declared)
  }

  get declared(): OpenRules {
    return this.#declared
  }

  /** A version ready to be asked; undefined when it names what this application does not have. */
  of({ version, hash, rules }: Pick<RuleSet, 'version' | 'hash' | 'rules'>): OpenRules | undefined {
    const key = `${version} ${hash}`
    if (!this.#known.has(key)) {
      if (this.#known.size >= KEPT) this.#known.clear()
      this.#known.set(key, this.#tryOpen(version, hash, rules))
    }
    return this.#known.get(key)
  }

  #tryOpen(version: number, hash: string, rules: string): OpenRules | undefined {
    try {
      return this.#open(version, hash, rules)
    } catch (error) {
      if (isSluiceError(error, 'INVALID_RULES')) return undefined
      throw error
    }
  }

  #open(version: number, hash: string, rules: string): OpenRules {
    const program = compileRules(rules, this.#vocabulary)
    return { version, hash, program, fired: new Uint8Array(program.rules.length) }
  }
}
