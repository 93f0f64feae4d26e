import { printable } from '../text.ts'
import type { Registrations } from './apply.ts'
import type { Run } from './run.ts'

/** What was found, for a person: each change with its reason, what is left alone, what is still to do. */
export const shownRun = ({ changes, left, todo, isWhatIf }: Run): string => {
  const lines = [
    changes.length === 0 ? 'Everything is as it should be.' : headline(changes.length, isWhatIf),
    ...changes.map(({ on, what, why }) => `  + ${on}: ${what}\n      ${why}`),
    ...section('Left alone, since it is not known here; look at each:', left),
    ...section('Not yet:', todo),
  ]
  return lines.map((line) => line.split('\n').map(printable).join('\n')).join('\n')
}

const headline = (count: number, isWhatIf: boolean): string => {
  const changes = count === 1 ? '1 change' : `${count} changes`
  return isWhatIf ? `${changes} would be made:` : `${changes} made:`
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`)]

/** What the deployment needs to know of them; empty while there is nothing to know. */
export const valuesOf = ({ app, broker }: Registrations): Record<string, string> => ({
  ...(app.application.appId !== '' && {
    APP_CLIENT_ID: app.application.appId,
    APP_DISPLAY_NAME: app.application.displayName,
  }),
  ...(broker.application.appId !== '' && {
    BROKER_CLIENT_ID: broker.application.appId,
    BROKER_AUDIENCE: `api://${broker.application.appId}`,
  }),
})

/** The same as commands. */
export const shownValues = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `azd env set ${name} ${quoted(printable(value))}`)
    .join('\n')

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
