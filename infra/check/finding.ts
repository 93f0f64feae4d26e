/** Where something stands in the templates. */
export type At = { file: string; line: number }

/** One breach: the rule that names it, where, and what is wrong. */
export type Finding = At & { rule: string; says: string }

/** `infra/main.bicep:12 rule: what is wrong` */
export const findingText = ({ file, line, rule, says }: Finding): string =>
  `${file}:${line} ${rule}: ${says}`

/** Every finding once, in the order of the files. */
export const distinct = (findings: readonly Finding[]): Finding[] =>
  [...new Map(findings.map((one) => [findingText(one), one])).values()].toSorted(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line,
  )
