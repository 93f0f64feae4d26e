import type { ParseArgsConfig } from 'node:util'
import type { BrokerApi } from './broker-api.ts'
import type { Settings } from './settings.ts'

/** What a command leaves: for programs and for people. */
export type Shown = { json: unknown; text: string }

/** One call of a command, its flags parsed but not yet checked. */
export type Call = {
  words: string[]
  flags: Readonly<Record<string, unknown>>
  settings: Settings
  /** Signs in, says who it is and where, and gives the management API. */
  broker: () => Promise<BrokerApi>
  /** Returns when the answer is yes; otherwise throws. */
  ask: (question: string) => Promise<void>
  /** One line for people, beside the result. */
  say: (line: string) => void
}

/** A flag whose value may be left out: what a value looks like, and what it then is. */
export type Omittable = { fits: RegExp; value: () => string }

export type Command = {
  /** Behind the command's name, such as `<partner> --reason TEXT`. */
  usage: string
  does: string
  options: NonNullable<ParseArgsConfig['options']>
  omittable?: Record<string, Omittable>
  run: (call: Call) => Promise<Shown>
}
