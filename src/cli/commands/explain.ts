import type { Command } from 'commander'
import {
  type ExplainedDecision,
  type ExplainedFound,
  type ExplainedItem,
  type ExplainedSearch,
  explainLogged,
} from '../../serving/index.ts'
import { printResult, table } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'
import { withReader } from '../with-reader.ts'

const HELP = `
Examples:
  sluice explain d-mi8x0p3k-4e21-0 --app application.ts
  sluice explain d-mi8x0p3k-4e21-0 --app application.ts --why-not v4021`

const NOT_REPRODUCED = 'made again it differs from what was served: the reasons may differ too'

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
    printResult(options.json, explained, () =>
      'understood' in explained.decision
        ? searchExplanationText(explained as ExplainedSearch)
        : explanationText(explained as ExplainedDecision),
    )
  })
}

function searchExplanationText({ decision, reproduced, items, whyNot }: ExplainedSearch): string {
  const { system, request, asOf, model, degraded, funnel, total, understood } = decision
  const read = understood.corrections.map(({ written, meant }) => `${written} as ${meant}`)
  const means = (understood.intent ?? []).map(({ name, probability }) => `${name} ${probability.toFixed(2)}`)
  return [
    `${decision.id}: ${system} for ${JSON.stringify(request.query)}, as of offset ${asOf}, model ${model ?? 'none'}`,
    `${total} documents in all, ${funnel.scored} scored, ${funnel.page} on the page`,
    ...(read.length > 0 ? [`read ${read.join(', ')}`] : []),
    ...(means.length > 0 ? [`means ${means.join(', ')}`] : []),
    ...(degraded.length > 0 ? [`degraded: ${degraded.join(', ')}`] : []),
    ...(reproduced ? [] : [NOT_REPRODUCED]),
    ...(whyNot ? [`\n${whyNot.item}: ${whyNot.stage}, ${whyNot.rule}: ${whyNot.message}`] : []),
    '',
    table(['document', 'score', 'text', 'by text', 'largest reasons', 'words'], items.map(foundRow)),
  ].join('\n')
}

function foundRow({ position, id, score, text, movedFrom, contributions = [], parts }: ExplainedFound): string[] {
  const words = parts.map(({ term, score: part }) => `${term} ${part.toFixed(2)}`)
  const place = `${movedFrom}.`
  return [`${position}. ${id}`, score.toFixed(3), text.toFixed(3), place, reasonsText(contributions), words.join(', ')]
}

function reasonsText(contributions: NonNullable<ExplainedItem['contributions']>): string {
  return contributions
    .slice(0, 3)
    .map(({ feature, contribution }) => `${feature} ${contribution >= 0 ? '+' : ''}${contribution.toFixed(2)}`)
    .join(', ')
}

function explanationText({ decision, reproduced, items, exploration, whyNot }: ExplainedDecision): string {
  const { system, request, asOf, model, degraded, funnel } = decision
  const found = Object.entries(funnel.found).map(([source, count]) => `${source} ${count}`)
  return [
    `${decision.id}: ${system} for ${request.subject}, as of offset ${asOf}, model ${model ?? 'none'}`,
    `found ${found.join(', ')}; ${funnel.candidates} candidates, ${funnel.page} on the page`,
    ...(degraded.length > 0 ? [`degraded: ${degraded.join(', ')}`] : []),
    ...(reproduced ? [] : [NOT_REPRODUCED]),
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
  const moved = movedFrom === position ? '' : `from ${movedFrom}`
  return [
    `${position}. ${id}`,
    score.toFixed(3),
    moved,
    sources.join(' ') + (because ? ` (${because})` : ''),
    reasonsText(contributions),
  ]
}
