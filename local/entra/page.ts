import type { LocalAnswer } from '../kit/part.ts'

/** Text made safe for HTML, in content and in double-quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character] ?? `&#${character.charCodeAt(0)};`)

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

type Page = { title: string; main: string; status?: number; script?: string }

/** A page of the local Entra; `main` and `script` are HTML and JavaScript, already escaped. */
export const pageAnswer = ({ title, main, status = 200, script }: Page): LocalAnswer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store, no-cache',
    'x-frame-options': 'DENY',
    'referrer-policy': 'strict-origin-when-cross-origin',
  },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · local Entra</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>Local stand-in for Microsoft Entra ID <span>no passwords, nothing leaves this machine</span></header>
<main>
<h1>${escapeHtml(title)}</h1>
${main}
</main>
${script ? `<script>${script}</script>` : ''}
</body>
</html>
`,
})

const style = `
:root { color-scheme: light dark; --line: #8886; --accent: #0f6cbd; --soft: #8881; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
header { padding: .6rem 1rem; background: #fff4ce; color: #3b2f00; font-weight: 600; text-align: center; }
header span { font-weight: 400; }
header span::before { content: "· "; }
main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem; border: 1px solid var(--line); border-radius: 8px; }
@media (max-width: 36rem) { main { margin: 0; border: 0; } }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; }
li { margin: .4rem 0; }
button { font: inherit; color: inherit; cursor: pointer; border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; background: var(--soft); }
button:hover { border-color: var(--accent); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button[name=username] { display: block; width: 100%; text-align: left; }
button[name=username] strong, button[name=username] span { display: block; }
button[name=cancel] { margin-top: 1.25rem; }
.primary { background: var(--accent); color: #fff; border-color: var(--accent); }
.detail { font-size: .875rem; opacity: .8; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
`
