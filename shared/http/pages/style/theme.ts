import { css } from '../html.ts'

/** Colours: every pair of text and ground meets WCAG 2.2 AA (a test computes them). */
export const theme = css`
  :root {
    color-scheme: light dark;
    --ground: #f4f6f8;
    --card: #ffffff;
    --inset: #eef2f6;
    --text: #1a2129;
    --muted: #4d5966;
    --line: #d5dce3;
    --accent: #14558f;
    --accent-strong: #0d3f6d;
    --on-accent: #ffffff;
    --notice: #8a5300;
    --danger: #a3242b;
    --on-danger: #ffffff;
    --good: #1d6b3a;
    --shadow: 0 1px 2px rgb(16 24 40 / 6%), 0 4px 16px rgb(16 24 40 / 5%);
  }

  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #11161c;
      --card: #1a2129;
      --inset: #232c36;
      --text: #e8edf2;
      --muted: #aab6c3;
      --line: #34404d;
      --accent: #8cc0f2;
      --accent-strong: #b5d7f8;
      --on-accent: #0b1e30;
      --notice: #f0b95b;
      --danger: #f59a9a;
      --on-danger: #330b0d;
      --good: #7fd39b;
      --shadow: none;
    }
  }
`
