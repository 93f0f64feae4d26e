import { css } from '../html.ts'

/** What stands in the main column: headings, cards, facts, the code, notes and buttons. */
export const parts = css`
  h1 {
    margin: 0 0 0.75rem;
    font-size: clamp(1.6rem, 1.2rem + 2vw, 2.15rem);
    line-height: 1.2;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }

  h2 {
    margin: 0 0 0.75rem;
    font-size: 1.2rem;
    line-height: 1.3;
  }

  h3 {
    margin: 1.25rem 0 0.25rem;
    font-size: 1rem;
  }

  p {
    margin: 0 0 0.75rem;
  }

  .lead {
    margin-bottom: 1.5rem;
    font-size: 1.1rem;
    text-wrap: pretty;
  }

  .small {
    color: var(--muted);
    font-size: 0.9rem;
  }

  .card {
    margin: 0 0 1.25rem;
    padding: 1.5rem;
    border: 1px solid var(--line);
    border-radius: 12px;
    background: var(--card);
    box-shadow: var(--shadow);
  }

  .card > :last-child,
  .note > :last-child {
    margin-bottom: 0;
  }

  .card ul,
  .card ol {
    margin: 0 0 0.75rem;
    padding-left: 1.3rem;
  }

  .card li {
    margin-bottom: 0.4rem;
  }

  .card li::marker {
    color: var(--accent);
  }

  dl {
    display: grid;
    grid-template-columns: 1fr;
    margin: 0 0 0.75rem;
  }

  dt {
    color: var(--muted);
    font-size: 0.9rem;
  }

  dd {
    min-width: 0;
    margin: 0 0 0.75rem;
    overflow-wrap: anywhere;
  }

  dl > dd:last-child {
    margin-bottom: 0;
  }

  @media (min-width: 36rem) {
    dl {
      grid-template-columns: minmax(8rem, 12rem) 1fr;
      gap: 0.5rem 1.25rem;
      align-items: baseline;
    }

    dd {
      margin: 0;
    }
  }

  code,
  .code {
    font-family: ui-monospace, 'Cascadia Mono', Consolas, Menlo, 'Liberation Mono', monospace;
    font-size: 0.92em;
    overflow-wrap: anywhere;
  }

  .code {
    display: block;
    margin: 0 0 0.75rem;
    padding: 0.9rem 1rem;
    border-radius: 8px;
    background: var(--inset);
    font-size: clamp(1.6rem, 1.2rem + 2.5vw, 2.2rem);
    font-weight: 650;
    letter-spacing: 0.1em;
    line-height: 1.25;
    text-align: center;
  }
`
