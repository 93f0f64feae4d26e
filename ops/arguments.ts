import { parseArgs } from 'node:util'
import type { Command, Omittable } from './command.ts'
import { commands } from './commands.ts'
import { wronglyTyped } from './failure.ts'
import { commonOptions, type Flags } from './settings.ts'
import { usageOf } from './usage.ts'

export type Typed = { name: string; command: Command; words: string[]; common: Flags; flags: Flags }

const defaultStack = '.local/stack.json'

/** Finds the command by its first word or two, and parses the rest. */
export const readArguments = (argv: readonly string[]): Typed => {
  const name = nameOf(argv)
  const command = name === undefined ? undefined : commands[name]
  if (name === undefined || !command) {
    throw wronglyTyped(`there is no command ${argv.slice(0, 2).join(' ')}; see --help`)
  }
  const args = withOmitted(argv.slice(name.split(' ').length), command)
  const { values, positionals } = parsed(args, { name, command })
  const entries = Object.entries(values)
  return {
    name,
    command,
    words: positionals,
    common: Object.fromEntries(entries.filter(isCommon)),
    flags: Object.fromEntries(entries.filter((entry) => !isCommon(entry))),
  }
}

const isCommon = ([flag]: [string, unknown]): boolean => Object.hasOwn(commonOptions, flag)

const nameOf = ([first = '', second = '']: readonly string[]): string | undefined =>
  [`${first} ${second}`, first].find((name) => Object.hasOwn(commands, name))

const parsed = (args: string[], { name, command }: { name: string; command: Command }) => {
  try {
    const options = { ...command.options, ...commonOptions }
    return parseArgs({ args, options, allowPositionals: true })
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    throw wronglyTyped(`${said}\n${usageOf(name, command)}`)
  }
}

const stack: Omittable = { fits: /\.json$/, value: () => defaultStack }

// parseArgs knows no flag whose value may be left out.
const withOmitted = (args: readonly string[], { omittable = {} }: Command): string[] => {
  const flags = new Map(Object.entries({ local: stack, ...omittable }))
  return args.map((arg, index) => {
    const flag = arg.startsWith('--') ? flags.get(arg.slice(2)) : undefined
    const isGiven = !flag || flag.fits.test(args[index + 1] ?? '')
    return isGiven ? arg : `${arg}=${flag.value()}`
  })
}
