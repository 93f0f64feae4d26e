import * as z from 'zod'
import type { Parameter } from '../bicep/bicep-file.ts'
import type { Templates } from '../bicep/templates.ts'
import { fromJson } from './json.ts'
import { either, literal, type Value } from './value.ts'

/** What a parameter of main.bicep is given; `undefined` where its default stands. */
export type Given = (parameter: Parameter) => Value | undefined

/** Every default stands. */
export const defaults: Given = () => undefined

/** Known only to who deploys. */
export const open = ({ name, at }: Parameter): Value => ({
  kind: 'unknown',
  text: name,
  roots: new Set([name]),
  at,
})

/** Every parameter left open: tells what any choice of parameters may deploy. */
export const leftOpen: Given = (parameter) => {
  const { allowed, at } = parameter
  const choices = allowed?.kind === 'array' ? allowed.items : []
  const literals = choices.flatMap((one) =>
    one.kind === 'literal' ? [literal(one.value, at)] : [],
  )
  return either([open(parameter), ...literals], at)
}

/** These are empty, and every other parameter is left open. */
export const leftOpenBut =
  (...empty: string[]): Given =>
  (parameter) =>
    empty.includes(parameter.name) ? literal('', parameter.at) : leftOpen(parameter)

/** Where azd finds the parameters. */
export const parameterFile = 'infra/main.parameters.json'

const schema = z.object({
  parameters: z.record(z.string(), z.object({ value: z.unknown() })),
})

/** What main.parameters.json gives while azd's environment says nothing. */
export const asFiled = ({ texts }: Templates): Given => {
  const text = texts.get(parameterFile)
  if (text === undefined) return defaults
  const { parameters } = schema.parse(JSON.parse(text))
  return ({ name }) => {
    const given = parameters[name]
    return (
      given && fromJson(filledIn(given.value), { file: parameterFile, line: lineOf(text, name) })
    )
  }
}

/** The parameters that main.parameters.json takes from azd's environment. */
export const askedOfAzd = ({ texts }: Templates): ReadonlySet<string> => {
  const { parameters } = schema.parse(JSON.parse(texts.get(parameterFile) ?? '{"parameters":{}}'))
  const asked = Object.entries(parameters).filter(([, { value }]) => /\$\{/.test(String(value)))
  return new Set(asked.map(([name]) => name))
}

// As azd does it: `${NAME=default}` without the name is the default, `${NAME}` is nothing, and a text
// serves a parameter that is a bool.
const filledIn = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const text = value.replaceAll(
    /\$\{\w+(?:=([^}]*))?\}/g,
    (_, otherwise?: string) => otherwise ?? '',
  )
  return text === 'true' || text === 'false' ? text === 'true' : text
}

const lineOf = (text: string, name: string): number =>
  text.split('\n').findIndex((line) => line.includes(`"${name}"`)) + 1
