import { type Command, InvalidArgumentError, Option } from 'commander'

/** What every command takes. */
export interface SharedOptions {
  readonly app: string
  readonly dir: string
  readonly json: boolean
  readonly seed: number
}

/** Adds `--app`, `--dir`, `--json` and `--seed` to a command. */
export function withSharedOptions(command: Command, defaults: { app?: string; dir?: string } = {}): Command {
  return command
    .option(
      '--app <file or name>',
      'application: a file, or a built-in name (video, movies, fraud)',
      defaults.app ?? 'video',
    )
    .option('--dir <directory>', 'data directory', defaults.dir ?? '.sluice')
    .option('--json', 'one JSON document on standard output', false)
    .addOption(new Option('--seed <number>', 'seed of everything random').default(1).argParser(wholeNumber))
}

/** Adds those of the shared options that mean nothing to a command: they are accepted everywhere, and have no effect. */
export function withoutEffect(command: Command, ...flags: readonly string[]): Command {
  for (const flag of flags) command.addOption(new Option(flag).hideHelp())
  return command
}

/** Parses the number of a port. */
export function portNumber(text: string): number {
  const value = wholeNumber(text)
  if (value < 65_536) return value
  throw new InvalidArgumentError('expected a whole number from 0 to 65535')
}

/** Parses a whole number of at least 0. */
export function wholeNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('expected a whole number of at least 0')
}

/** Parses a whole number of at least 1. */
export function positiveNumber(text: string): number {
  const value = wholeNumber(text)
  if (value >= 1) return value
  throw new InvalidArgumentError('expected a whole number of at least 1')
}
