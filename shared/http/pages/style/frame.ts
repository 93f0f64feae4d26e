import { css } from '../html.ts'

/** The page itself: type, header, main column, footer, links and focus. */
export const frame = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  body {
    margin: 0;
    background: var(--ground);
    color: var(--text);
    font:
      1rem/1.6 system-ui,
      -apple-system,
      'Segoe UI',
      Roboto,
      'Helvetica Neue',
      Arial,
      sans-serif;
    overflow-wrap: break-word;
    text-size-adjust: 100%;
  }

  .column {
    width: 100%;
    max-width: 47rem;
    margin: 0 auto;
    padding: 0 1.25rem;
  }

  body > header {
    border-top: 4px solid var(--accent);
    border-bottom: 1px solid var(--line);
    background: var(--card);
  }

  body > header .column {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
    align-items: baseline;
    justify-content: space-between;
    padding-block: 0.9rem;
  }

  body > header a {
    color: var(--text);
    font-weight: 650;
    text-decoration: none;
  }

  body > header a:hover {
    text-decoration: underline;
  }

  body > header p {
    margin: 0;
    color: var(--muted);
    font-size: 0.9rem;
  }

  main.column {
    padding-block: 2.5rem 1.5rem;
  }

  body > footer {
    margin-top: 2rem;
    border-top: 1px solid var(--line);
    color: var(--muted);
    font-size: 0.9rem;
  }

  body > footer .column {
    padding-block: 1.5rem 2.5rem;
  }

  body > footer p {
    margin: 0 0 0.25rem;
  }

  a {
    color: var(--accent);
    text-underline-offset: 0.18em;
  }

  a:hover {
    color: var(--accent-strong);
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
    border-radius: 3px;
  }

  main:focus {
    outline: none;
  }

  .skip {
    position: absolute;
    left: -100vw;
    z-index: 1;
    padding: 0.75rem 1.25rem;
    background: var(--card);
  }

  .skip:focus {
    left: 0;
    outline-offset: -3px;
  }

  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
`
