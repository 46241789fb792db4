import type { Command } from 'commander'
import { type ExplainedDecision, type ExplainedItem, explainLogged, openReader } from '../../serving/index.ts'
import { loadApplication } from '../load-application.ts'
import { printResult, table } from '../output.ts'
import { type SharedOptions, withSharedOptions } from '../shared-options.ts'

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

async function explainCommand(id: string, options: SharedOptions & { whyNot?: string }): Promise<void> {
  const application = await loadApplication(options.app)
  const reader = openReader(application, { directory: options.dir, clock: Date.now })
  try {
    const explained = await explainLogged(application, reader.log, reader.registry, id, options.whyNot)
    printResult(options.json, explained, () => explanationText(explained))
  } finally {
    await reader.close()
  }
}

function explanationText({ decision, reproduced, items, whyNot }: ExplainedDecision): string {
  const { system, request, asOf, model, degraded, funnel } = decision
  const found = Object.entries(funnel.found).map(([source, count]) => `${source} ${count}`)
  return [
    `${decision.id}: ${system} for ${request.subject}, as of offset ${asOf}, model ${model ?? 'none'}`,
    `found ${found.join(', ')}; ${funnel.candidates} candidates, ${funnel.page} on the page`,
    ...(degraded.length > 0 ? [`degraded: ${degraded.join(', ')}`] : []),
    ...(reproduced ? [] : ['made again it differs from what was served: the reasons may differ too']),
    ...(whyNot ? [`\n${whyNot.item}: ${whyNot.stage}, ${whyNot.rule}: ${whyNot.message}`] : []),
    '',
    table(['item', 'score', 'by', 'sources', 'largest reasons'], items.map(itemRow)),
  ].join('\n')
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
