import { globSync, readFileSync } from 'node:fs'
import { posix, sep } from 'node:path'
import type { Finding } from '../finding.ts'
import type { BicepFile } from './bicep-file.ts'
import { openParser, syntaxProblems } from './parser.ts'
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

export type ReadText = (path: string, text: string) => { file: BicepFile; problems: Finding[] }

/** Reads one file; the same text at the same path only once. */
export const openReader = async (): Promise<ReadText> => {
  const parse = await openParser()
  const known = new Map<string, ReturnType<ReadText>>()
  return (path, text) => {
    const key = `${path}\n${text}`
    const before = known.get(key)
    if (before) return before
    const root = parse(text)
    const problems = syntaxProblems(path, root)
    const read = { file: readFile(path, root, parse), problems }
    known.set(key, read)
    return read
  }
}

/** Reads every .bicep file among the texts. */
export const readTemplates = (read: ReadText, texts: Texts): Templates => {
  const bicep = [...texts].filter(([path]) => path.endsWith('.bicep'))
  const all = bicep.map(([path, text]) => [path, read(path, text)] as const)
  return {
    files: new Map(all.map(([path, { file }]) => [path, file])),
    texts,
    problems: all.flatMap(([, { problems }]) => problems),
  }
}

/** The path that a file names relative to itself. */
export const pathFrom = (file: string, relative: string): string =>
  posix.normalize(posix.join(posix.dirname(file), relative))
