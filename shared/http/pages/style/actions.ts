import { css } from '../html.ts'

/** Notes and buttons; a button moves only for those who did not ask for less motion. */
export const actions = css`
  .note {
    margin: 0 0 1.25rem;
    padding: 0.9rem 1.25rem;
    border-left: 4px solid var(--accent);
    border-radius: 0 8px 8px 0;
    background: var(--inset);
  }

  .note.refused {
    border-left-color: var(--notice);
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
    margin: 1.25rem 0 0;
  }

  .session {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1.25rem;
    margin: 0 0 1.25rem;
  }

  .session p {
    flex: 1 1 16rem;
  }

  .session p,
  .session .actions {
    margin: 0;
  }

  .session .button {
    min-height: 2.5rem;
    padding: 0.4rem 1rem;
  }

  .button {
    display: inline-block;
    min-height: 3rem;
    padding: 0.7rem 1.5rem;
    border: 1px solid transparent;
    border-radius: 8px;
    background: var(--accent);
    color: var(--on-accent);
    font: inherit;
    font-weight: 650;
    line-height: 1.5;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
  }

  .button:hover {
    background: var(--accent-strong);
    color: var(--on-accent);
  }

  @media (max-width: 30rem) {
    .card {
      padding: 1.25rem;
    }

    .actions > * {
      width: 100%;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .button {
      transition: background-color 0.15s ease;
    }
  }
`
