import type { LocalAnswer } from '../kit/part.ts'
import type { ReturnAddress } from './authorize-request.ts'
import { escapeHtml, pageAnswer } from './page.ts'

/** Takes the browser back to the application with these fields, in the asked response mode. */
export const returnAnswer = (
  { redirectUri, mode, state }: ReturnAddress,
  fields: Record<string, string>,
): LocalAnswer => {
  const all = { ...fields, ...(state !== null && { state }) }
  if (mode === 'form_post') return formPost(redirectUri, all)
  const separator = mode === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?'
  const location = `${redirectUri}${separator}${new URLSearchParams(all).toString()}`
  return { status: 302, headers: { location, 'cache-control': 'no-store, no-cache' } }
}

const formPost = (redirectUri: string, fields: Record<string, string>): LocalAnswer => {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  )
  return pageAnswer({
    title: 'Working…',
    main: `<p>You are being taken back to <code>${escapeHtml(new URL(redirectUri).host)}</code>.
Without JavaScript, press the button.</p>
<form method="post" action="${escapeHtml(redirectUri)}">
${inputs.join('\n')}
<button type="submit" class="primary">Continue</button>
</form>`,
    script: 'document.forms[0].submit()',
  })
}
