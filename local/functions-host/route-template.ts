import { constraintNamed, type Constraint } from './route-constraints.ts'
import { decodeSegment } from './request-path.ts'

export type RouteMatch = Record<string, string>
/** Parameters of a normalised path that fits the template; absent optional ones are left out. */
export type MatchRoute = (path: string) => RouteMatch | undefined

type Parameter = {
  name: string
  isCatchAll: boolean
  isOptional: boolean
  fallback: string | undefined
  constraints: Constraint[]
}
type Part = string | Parameter

/** Compiles an ASP.NET route template. Throws when the template is not one, as the real host does. */
export const compileRoute = (template: string): MatchRoute => {
  const segments = splitTemplate(template).map(partsOf)
  const parameters = segments.flat().filter((part) => typeof part !== 'string')
  const names = parameters.map(({ name }) => name.toLowerCase())
  if (new Set(names).size < names.length) {
    throw new Error(`The route parameter names of '${template}' are not unique.`)
  }
  const pathname = segments.map((parts) => segmentPattern(parts, parameters)).join('')
  const isCatchAll = parameters.some((parameter) => parameter.isCatchAll)
  const pattern = new URLPattern(
    { pathname: isCatchAll ? pathname : `${pathname}{/}?` },
    { ignoreCase: true },
  )
  return (path) => {
    const groups = pattern.exec({ pathname: path })?.pathname.groups
    return groups && valuesOf(parameters, groups)
  }
}

const splitTemplate = (template: string): string[] => {
  const segments = template
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split(/\/(?![^{]*\})/)
  if (template !== '' && segments.includes('')) {
    throw new Error(`The route template '${template}' has consecutive separators.`)
  }
  return segments
}

// In a template `{{` and `}}` stand for braces, which only regular expressions need.
const partPattern = /\{((?:[^{}]|\{\{|\}\})+)\}|([^{}]+)/g

const partsOf = (segment: string): Part[] => {
  const parts = [...segment.matchAll(partPattern)]
  if (parts.map(([whole]) => whole).join('') !== segment) {
    throw new Error(`The route segment '${segment}' is not a valid template.`)
  }
  return parts.map(([, parameter, literal]) =>
    parameter === undefined
      ? (literal ?? '')
      : parameterOf(parameter.replaceAll('{{', '{').replaceAll('}}', '}')),
  )
}

const parameterPattern =
  /^(?<star>\*{0,2})(?<name>[^:=?*]+)(?<rules>(?::\w+(?:\(.*?\)(?=[:=?]|$))?)*)(?:=(?<fallback>[^?]*))?(?<optional>\?)?$/
const rulePattern = /:(?<name>\w+)(?:\((?<args>.*?)\)(?=[:=?]|$))?/g

const parameterOf = (text: string): Parameter => {
  const groups = parameterPattern.exec(text)?.groups
  if (!groups) throw new Error(`The route parameter '{${text}}' is not valid.`)
  const { star, name = '', rules = '', fallback, optional } = groups
  return {
    name,
    isCatchAll: star !== '',
    isOptional: optional === '?',
    fallback,
    constraints: [...rules.matchAll(rulePattern)].map(({ groups: rule }) =>
      constraintNamed(rule?.['name'] ?? '', rule?.['args'] ?? ''),
    ),
  }
}

const segmentPattern = (parts: Part[], parameters: Parameter[]): string => {
  const [first] = parts
  if (parts.length === 1 && typeof first === 'object') {
    const group = `:p${parameters.indexOf(first)}`
    if (first.isCatchAll) return `{/${group}(.*)}?`
    return mayBeAbsent(first) ? `{/${group}}?` : `/${group}`
  }
  const pattern = parts.map((part) => {
    if (typeof part === 'string') return part.replaceAll(/[\\(){}:*+?]/g, '\\$&')
    // Greedy, so that `{a}.{b}` reads `x.y.z` as `x.y` and `z`.
    return `:p${parameters.indexOf(part)}([^\\/]+)`
  })
  if (parts.some((part) => typeof part === 'object' && (part.isCatchAll || part.isOptional))) {
    throw new Error('The local host has no optional parameter beside other text in one segment.')
  }
  return `/${pattern.join('')}`
}

const mayBeAbsent = ({ isOptional, fallback }: Parameter) => isOptional || fallback !== undefined

const valuesOf = (
  parameters: Parameter[],
  groups: Record<string, string | undefined>,
): RouteMatch | undefined => {
  const values: RouteMatch = {}
  for (const [index, parameter] of parameters.entries()) {
    const found = groups[`p${index}`]
    const value = found ? decodeSegment(found) : parameter.fallback
    if (value === undefined) continue
    if (!parameter.constraints.every((constraint) => constraint(value))) return undefined
    values[parameter.name] = value
  }
  return values
}
