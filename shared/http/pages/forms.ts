import { html, type Html, type Interpolated } from './html.ts'

export type Button = { action: string; label: string; look?: 'plain' | 'danger' }

/** A form with one button; it posts to `action`, which may be left out to post to the page itself. */
export const form = (
  { action, label, look }: Omit<Button, 'action'> & { action?: string },
  fields: Interpolated = '',
): Html => {
  const button = html`<div class="actions">
    <button class="${look === undefined ? 'button' : `button ${look}`}" type="submit">
      ${label}
    </button>
  </div>`
  return action === undefined
    ? html`<form method="post">${fields} ${button}</form>`
    : html`<form method="post" action="${action}">${fields} ${button}</form>`
}

/** A field that the browser sends back as it is. */
export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}" />`

export type TextField = {
  name: string
  label: string
  value?: string | undefined
  hint?: Interpolated
  /** What was wrong with what was sent before. */
  problem?: string | undefined
}

/** One line of text to type, with its label, its hint and what was wrong with it. */
export const textField = ({ name, label, value = '', hint, problem }: TextField): Html => {
  const [hintId, problemId] = [`${name}-hint`, `${name}-problem`]
  const described = [hint !== undefined && hintId, problem !== undefined && problemId]
  const input = html`id="${name}" name="${name}" value="${value}" maxlength="100" autocomplete="off"
  spellcheck="false" required aria-describedby="${described.filter(Boolean).join(' ')}"`
  return html`<p class="field">
    <label for="${name}">${label}</label>
    ${hint !== undefined && html`<span class="small" id="${hintId}">${hint}</span>`}
    ${
      problem !== undefined &&
      html`<strong class="problem" id="${problemId}" role="alert">${problem}</strong>`
    }
    ${
      problem === undefined
        ? html`<input type="text" ${input} />`
        : // The form may stand far below: the browser leads to what is wrong.
          html`<input type="text" ${input} aria-invalid="true" autofocus />`
    }
  </p>`
}

export type Choice = {
  name: string
  label: string
  hint: string
  /** The first one is chosen unless another is. */
  options: readonly { value: string; label: string }[]
}

/** One choice of several, with its label and its hint. */
export const choice = ({ name, label, hint, options }: Choice): Html =>
  html`<p class="field">
    <label for="${name}">${label}</label>
    <span class="small" id="${name}-hint">${hint}</span>
    <select id="${name}" name="${name}" aria-describedby="${name}-hint">
      ${options.map((one) => html`<option value="${one.value}">${one.label}</option>`)}
    </select>
  </p>`
