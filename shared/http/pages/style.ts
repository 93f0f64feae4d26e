import { createHash } from 'node:crypto'
import { html, textOf } from './html.ts'
import { actions } from './style/actions.ts'
import { parts } from './style/parts.ts'
import { frame } from './style/frame.ts'
import { forms } from './style/forms.ts'
import { tables } from './style/tables.ts'
import { print } from './style/print.ts'
import { theme } from './style/theme.ts'

const style = html`${theme}${frame}${parts}${tables}${actions}${forms}${print}`

/** The one style of every page. The formatter must add no space: the hash is taken of the exact text. */
// prettier-ignore
export const styleElement = html`<style>${style}</style>`

/** The Content-Security-Policy source that allows {@link styleElement} and no other style. */
export const styleSource = (): string =>
  `'sha256-${createHash('sha256').update(textOf(style)).digest('base64')}'`
