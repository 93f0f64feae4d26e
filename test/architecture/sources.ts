import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sep } from 'node:path'
import type { Source } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Every TypeScript file of the repository, with its path from the root. */
export const readSources = (): Source[] =>
  globSync('{functions,shared,local,ops,infra,bench,test}/**/*.ts', { cwd: root }).map((file) => ({
    path: file.split(sep).join('/'),
    text: readFileSync(`${root}${file}`, 'utf8'),
  }))
