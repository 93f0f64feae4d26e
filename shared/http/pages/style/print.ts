import { css } from '../html.ts'

/** The page on paper: black on white in either colour scheme, nothing to click, no card cut in two. */
export const print = css`
  @media print {
    :root {
      color-scheme: light;
      --ground: #ffffff;
      --card: #ffffff;
      --inset: #ffffff;
      --text: #000000;
      --muted: #333333;
      --line: #888888;
      --accent: #000000;
      --notice: #000000;
      --shadow: none;
    }

    body {
      font-size: 10.5pt;
    }

    .column {
      max-width: none;
      padding-inline: 0;
    }

    .card,
    .note,
    dl > * {
      break-inside: avoid;
    }

    h2,
    h3 {
      break-after: avoid;
    }

    .card {
      padding: 0.75rem 1rem;
    }

    .code {
      border: 1px solid var(--line);
    }

    .skip,
    .actions,
    .on-screen {
      display: none;
    }
  }
`
