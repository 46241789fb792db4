import type { Command } from 'commander'
import { type ExplainedDecision, type ExplainedItem, explainLogged } from '../../serving/index.ts'
import { printResult, table } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

const HELP = `
Examples:
  sluice explain d-mi8x0p3k-4e21-0 --app application.ts
  sluice explain d-mi8x0p3k-4e21-0 --app application.ts --why-not v4021`

export function addExplain(program: Command): void {
  withSharedOptions(program.command('explain').description('the reasons behind a logged decision'))
    .argument('<decision>', 'id of the decision, as the answer carried it')
    .option('--why-not <item>', 'why this item is not on the page')
    .addHelpText('after', HELP)
    .action(explainCommand)
}

function explainCommand(id: string, options: SharedOptions & { whyNot?: string }): Promise<void> {
  return withReader(options, async (application, { log, registry }) => {
    const explained = await explainLogged(application, log, registry, id, options.whyNot)
    printResult(options.json, explained, () => explanationText(explained))
  })
}

function explanationText({ decision, reproduced, items, exploration, whyNot }: ExplainedDecision): string {
  const { system, request, asOf, model, degraded, funnel } = decision
  const found = Object.entries(funnel.found).map(([source, count]) => `${source} ${count}`)
  return [
    `${decision.id}: ${system} for ${request.subject}, as of offset ${asOf}, model ${model ?? 'none'}`,
    `found ${found.join(', ')}; ${funnel.candidates} candidates, ${funnel.page} on the page`,
    ...(degraded.length > 0 ? [`degraded: ${degraded.join(', ')}`] : []),
    ...(reproduced ? [] : ['made again it differs from what was served: the reasons may differ too']),
    ...(exploration ? [explorationText(exploration)] : []),
    ...(whyNot ? [`\n${whyNot.item}: ${whyNot.stage}, ${whyNot.rule}: ${whyNot.message}`] : []),
    '',
    table(['item', 'score', 'by', 'sources', 'largest reasons'], items.map(itemRow)),
  ].join('\n')
}

function explorationText({ item, pageShare, choices }: NonNullable<ExplainedDecision['exploration']>): string {
  const { propensity = 0 } = choices.find((choice) => choice.item === item) ?? {}
  const drawn = `drawn with probability ${propensity.toFixed(3)} from ${choices.length} new items`
  return `${item} is shown to learn about it: one page in ${(1 / pageShare).toFixed(1)} explores; ${drawn}`
}

function itemRow({ position, id, score, movedFrom, sources, because, contributions = [] }: ExplainedItem): string[] {
  const reasons = contributions
    .slice(0, 3)
    .map(({ feature, contribution }) => `${feature} ${contribution >= 0 ? '+' : ''}${contribution.toFixed(2)}`)
  const moved = movedFrom === position ? '' : `from ${movedFrom}`
  return [
    `${position}. ${id}`,
    score.toFixed(3),
    moved,
    sources.join(' ') + (because ? ` (${because})` : ''),
    reasons.join(', '),
  ]
}
