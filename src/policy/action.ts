/** What can be done about what was scored, from the mildest to the severest. */
export const ACTIONS = ['allow', 'step-up', 'review', 'block'] as const

/** `step-up` asks for more proof, `review` lets a person look, `block` refuses. */
export type Action = (typeof ACTIONS)[number]

/** How severe an action is: its place among {@link ACTIONS}. */
export function severityOf(action: Action): number {
  return ACTIONS.indexOf(action)
}

/** The severer of two actions. */
export function severer(first: Action, second: Action): Action {
  return severityOf(second) > severityOf(first) ? second : first
}
