/* The fraud application with as many rules and trees as `score.bench.ts` is about. */
import {
  type Application,
  boostedTrees,
  defineApp,
  requireScoringSystem,
  scoringSystem,
} from '../../src/application/index.ts'
import { fraudApplication } from '../../src/systems/fraud/index.ts'

export const SYSTEM = 'fraud'
const RULES = 100

/** @param trees - of the model; leaves are the application's own */
export function scoreApplication(trees: number): Application {
  const { task: _task, ...system } = requireScoringSystem(fraudApplication, SYSTEM)
  const declared = system.policy.rules ?? ''
  const own = declared.match(/^rule /gm)?.length ?? 0
  const more = Array.from({ length: RULES - own }, (_, number) => ruleOf(number))
  return defineApp({
    ...fraudApplication,
    systems: {
      [SYSTEM]: scoringSystem({
        ...system,
        model: boostedTrees({ iterations: trees }),
        policy: { ...system.policy, rules: [declared, ...more].join('\n') },
      }),
    },
  })
}

/** Three comparisons over three columns, which few payments pass. */
function ruleOf(number: number): string {
  const hours = ['1h', '6h', '1d', '7d'][number % 4]
  return `rule more-${number} when cardCount.${hours} > ${20 + number} and amount > ${100 + number} and terminalNow.1d > ${number} then review because "more than usual"`
}
