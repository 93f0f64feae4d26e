import { globSync, readFileSync } from 'node:fs'
import { posix, sep } from 'node:path'
import type { Finding } from '../finding.ts'
import type { BicepFile } from './bicep-file.ts'
import { syntaxProblems, type Parse } from './parser.ts'
import { readFile } from './read-file.ts'

/** Texts by path from the root of the repository. */
export type Texts = ReadonlyMap<string, string>

/** The templates, read; and everything that lies beside them, as text. */
export type Templates = {
  files: ReadonlyMap<string, BicepFile>
  texts: Texts
  problems: Finding[]
}

/** The file that a deployment starts from. */
export const mainPath = 'infra/main.bicep'

/** The files of the templates and of the runbooks their alerts name. */
export const readTexts = (root: string): Texts =>
  new Map(
    globSync(['infra/**/*.{bicep,json,kql}', 'docs/runbooks/*.md'], {
      cwd: root,
    }).map((file) => [file.split(sep).join('/'), readFileSync(posix.join(root, file), 'utf8')]),
  )

/** Parses every .bicep file among the texts. */
export const readTemplates = (parse: Parse, texts: Texts): Templates => {
  const files = new Map<string, BicepFile>()
  const problems: Finding[] = []
  for (const [path, text] of texts) {
    if (!path.endsWith('.bicep')) continue
    const root = parse(text)
    problems.push(...syntaxProblems(path, root))
    files.set(path, readFile(path, root, parse))
  }
  return { files, texts, problems }
}

/** The path that a file names relative to itself. */
export const pathFrom = (file: string, relative: string): string =>
  posix.normalize(posix.join(posix.dirname(file), relative))
