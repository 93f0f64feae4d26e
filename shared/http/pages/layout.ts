import type { Catalogue } from './catalogue.ts'
import { html, type Html } from './html.ts'
import { contactLink } from './link.ts'
import { styleElement } from './style.ts'

/** Who runs the service; every page names them. */
export type OperatorView = {
  /** Legal name. */
  operatorName: string
  /** E-mail address, telephone number, page, or free text. */
  operatorContact: string
}

export type LayoutView = OperatorView & { title: string; main: Html }

/** The frame of every page: one style, no script, landmarks, and the way to reach the operator. */
export const layout = (view: LayoutView, words: Catalogue): Html =>
  html`<!doctype html>
    <html lang="${words.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${view.title} – ${view.operatorName}</title>
        <link rel="icon" href="${icon}" />
        ${styleElement}
      </head>
      <body>
        <a class="skip" href="#main">${words.frame.skip}</a>
        <header>
          <div class="column">
            <a href="/"><bdi>${view.operatorName}</bdi></a>
            <p>${words.frame.service}</p>
          </div>
        </header>
        <main id="main" class="column" tabindex="-1">${view.main}</main>
        <footer>
          <div class="column">
            <p>
              ${words.frame.runBy} <bdi>${view.operatorName}</bdi><br />${words.frame.contact}:
              ${contactLink(view.operatorContact)}
            </p>
            <p><a href="/">${words.frame.about}</a></p>
          </div>
        </footer>
      </body>
    </html> `

const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#14558f"/>' +
      '<path d="M4.5 8.3l2.4 2.4 4.7-5.2" fill="none" stroke="#fff" stroke-width="1.8"/></svg>',
  )
