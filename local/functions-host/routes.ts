import type { AppFunction, HttpFunction } from './app-functions.ts'
import type { RouteMatch } from './route-template.ts'

export type FoundRoute = { target: HttpFunction; params: RouteMatch }

/**
 * The first function, by name, whose route, constraints and method fit; a literal segment wins
 * nothing over a parameter. `//` anywhere finds none.
 */
export const findRoute = (
  functions: AppFunction[],
  method: string,
  path: string,
): FoundRoute | undefined => {
  if (path.includes('//')) return undefined
  for (const target of functions) {
    if (target.type !== 'httpTrigger') continue
    if (target.methods.length > 0 && !target.methods.includes(method)) continue
    const params = target.match(path)
    if (params) return { target, params }
  }
  return undefined
}
