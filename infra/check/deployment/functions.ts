import type { Expression } from '../bicep/expression.ts'
import { pathFrom } from '../bicep/templates.ts'
import { fromJson } from './json.ts'
import { ofLists } from './list-functions.ts'
import { ofTexts } from './text-functions.ts'
import { withLocals, type Scope } from './scope.ts'
import { literal, textOf, unknown, type Value } from './value.ts'

type Call = Extract<Expression, { kind: 'call' }>

/** A function of Bicep, of the file itself, or one that only Azure can answer. */
export const call = (expression: Call, scope: Scope): Value => {
  const { name, args, at } = expression
  const own = scope.file.functions.find((one) => one.name === name)
  const values = args.map((arg) => scope.evaluate(arg, scope))
  if (own)
    return scope.evaluate(own.body, withLocals({ ...scope, locals: new Map() }, own.names, values))
  if (name in loads) return loads[name]?.(values, scope) ?? unknown(expression.text, [], at)
  const applied = (index: number) => lambdaOf(args[index], scope)
  return (
    ofLists[name]?.({ values, at, applied }) ??
    ofTexts[name]?.(values, at) ??
    unknown(`${name}(${values.map(textOf).join(', ')})`, values, at)
  )
}

const lambdaOf =
  (expression: Expression | undefined, scope: Scope) =>
  (...values: Value[]): Value | undefined =>
    expression?.kind === 'lambda'
      ? scope.evaluate(expression.body, withLocals(scope, expression.names, values))
      : undefined

const fileOf = ([path]: Value[], scope: Scope): string | undefined =>
  path?.kind === 'literal'
    ? scope.templates.texts.get(pathFrom(scope.file.path, String(path.value)))
    : undefined

const loads: Record<string, (values: Value[], scope: Scope) => Value | undefined> = {
  loadTextContent: (values, scope) => {
    const text = fileOf(values, scope)
    return text === undefined || !values[0] ? undefined : literal(text, values[0].at)
  },
  loadJsonContent: (values, scope) => {
    const text = fileOf(values, scope)
    if (text === undefined || !values[0]) return undefined
    const parsed: unknown = JSON.parse(text)
    return fromJson(parsed, values[0].at)
  },
}
