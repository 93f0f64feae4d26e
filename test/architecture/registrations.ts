import { indexFunctions, type HttpFunction } from '../../local/functions-host/app-functions.ts'
import { createCore } from '../../local/functions-host/core.ts'
import { readHostJson } from '../../local/functions-host/host-json.ts'
import { loadApp } from '../../local/functions-host/load-app.ts'

/** The HTTP functions that a built app registers; throws when the host would reject one. */
export const httpFunctionsOf = async (folder: string): Promise<HttpFunction[]> => {
  const core = createCore()
  const { problem } = await loadApp(folder, core)
  if (problem) throw new Error(problem)
  const { functions, problems } = indexFunctions(core.functions(), {
    host: readHostJson(folder),
    settings: {},
  })
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return functions.filter((one) => one.type === 'httpTrigger')
}

type Route = Pick<HttpFunction, 'route' | 'methods'>

/** Whether some URL and method would match both; templates have only whole-segment parameters. */
export const overlap = (one: Route, other: Route): boolean => {
  const [left, right] = [segmentsOf(one.route), segmentsOf(other.route)]
  return (
    one.methods.some((method) => other.methods.includes(method)) &&
    left.length === right.length &&
    left.every((segment, index) => mayBeSame(segment, right[index] ?? ''))
  )
}

const segmentsOf = (route: string): string[] => {
  const segments = route.toLowerCase().split('/')
  const odd = segments.find((segment) => !/^(?:[\w.-]+|\{\w+\})$/.test(segment))
  if (odd !== undefined) throw new Error(`${route}: ${odd} is no plain segment or parameter`)
  return segments
}

const mayBeSame = (one: string, other: string): boolean =>
  one === other || one.startsWith('{') || other.startsWith('{')
