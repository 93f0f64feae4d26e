import { css } from '../html.ts'

/** Fields, the lesser and the graver button, and what opens at a click. */
export const forms = css`
  .button.plain {
    border-color: var(--accent);
    background: transparent;
    color: var(--accent);
  }

  .button.plain:hover {
    background: var(--inset);
    color: var(--accent-strong);
  }

  .button.danger {
    background: var(--danger);
    color: var(--on-danger);
  }

  .field {
    display: grid;
    gap: 0.35rem;
    margin: 1rem 0 0;
  }

  .field label {
    font-weight: 650;
  }

  .field input,
  .field select {
    width: 100%;
    min-height: 3rem;
    padding: 0.6rem 0.8rem;
    border: 1px solid var(--muted);
    border-radius: 8px;
    background: var(--ground);
    color: var(--text);
    font: inherit;
  }

  .field input[aria-invalid] {
    border: 2px solid var(--danger);
  }

  .problem {
    color: var(--danger);
  }

  details {
    margin: 0.75rem 0;
  }

  summary {
    padding-block: 0.35rem;
    color: var(--accent);
    font-weight: 650;
    cursor: pointer;
  }

  .status {
    margin-bottom: 0.35rem;
    font-size: 1.35rem;
    font-weight: 650;
    line-height: 1.3;
  }

  .status.good {
    color: var(--good);
  }

  .status.attention {
    color: var(--notice);
  }

  .status.over {
    color: var(--danger);
  }
`
