import { css } from '../html.ts'

/** Tables; on a telephone each row becomes a block, and each value carries the name of its column. */
export const tables = css`
  table {
    width: 100%;
    margin: 0 0 0.75rem;
    border-collapse: collapse;
    font-size: 0.95rem;
  }

  caption {
    padding-bottom: 0.5rem;
    color: var(--muted);
    font-size: 0.9rem;
    text-align: left;
  }

  th,
  td {
    padding: 0.5rem 0.75rem 0.5rem 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
    overflow-wrap: anywhere;
  }

  th {
    color: var(--muted);
    font-size: 0.9rem;
    font-weight: 400;
    overflow-wrap: normal;
  }

  td time {
    white-space: nowrap;
  }

  .number {
    padding-right: 0;
    font-variant-numeric: tabular-nums;
    text-align: right;
  }

  @media screen and (max-width: 36rem) {
    thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    tbody,
    tr,
    td,
    td.number {
      display: block;
      text-align: left;
    }

    tr {
      padding-block: 0.5rem;
      border-bottom: 1px solid var(--line);
    }

    td {
      padding: 0.1rem 0;
      border: 0;
    }

    td::before {
      content: attr(data-label) ': ';
      color: var(--muted);
      font-size: 0.9rem;
    }
  }
`
