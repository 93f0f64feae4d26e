const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
}

/** Text of HTML, with the entities that our pages use resolved. */
export const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/&([a-z]+|#\w+);/g, (whole, name: string) => entities[name] ?? whole)

/** The page's text as a reader sees it, in one line. */
export const textOf = (html: string): string =>
  plain(html.replace(/<(style|script)\b.*?<\/\1>/gs, ''))
    .replace(/\s+/g, ' ')
    .trim()

/** The page's one `h1`; throws where there is none or more. */
export const headingOf = (html: string): string => {
  const headings = [...html.matchAll(/<h1[^>]*>(.*?)<\/h1>/gs)].map(([, text]) => plain(text ?? ''))
  return headings.length === 1 ? (headings[0] ?? '') : ''
}

/** The page's first form: its action, and its hidden fields. */
export const formOf = (html: string): { action: string; fields: Record<string, string> } => {
  const form = /<form[^>]*\baction="([^"]*)"[^>]*>(.*?)<\/form>/s.exec(html)
  if (!form) throw new Error(`the page has no form: ${textOf(html).slice(0, 500)}`)
  const inputs = [...(form[2] ?? '').matchAll(/<input[^>]*\bname="([^"]*)"[^>]*\bvalue="([^"]*)"/g)]
  return {
    action: plain(form[1] ?? ''),
    fields: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, plain(value)])),
  }
}

/** The cookies of an answer, as the browser sends them back. */
export const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
