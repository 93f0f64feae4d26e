import { posix } from 'node:path'

/** One import line of a source file. */
export type Import = {
  /** Path in the repository of what a relative import names, else the name of the package. */
  target: string
  isType: boolean
}

export type Source = { path: string; text: string }

const from = String.raw`\s*from\s*['"]([^'"]+)['"]`
const forms = [
  new RegExp(String.raw`^import\s+(type\s)?[\w$*{}\s,]+?${from}`, 'gm'),
  new RegExp(String.raw`^export\s+(type\s)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})${from}`, 'gm'),
  /^import()\s*['"]([^'"]+)['"]/gm,
  /\bimport\(()\s*['"]([^'"]+)['"]\s*,?\s*\)/g,
  /\brequire\(()\s*['"]([^'"]+)['"]\s*\)/g,
]
const computed = /\b(?:import|require)\(\s*[^'"\s)]/

/** What a source file imports, type imports and lazy ones included. */
export const importsOf = (source: Source): Import[] => {
  const text = withoutComments(source.text)
  const imports = forms.flatMap((form) =>
    [...text.matchAll(form)].map(([, type, specifier = '']) => ({
      target: targetOf(source.path, specifier),
      isType: Boolean(type),
    })),
  )
  return computed.test(text)
    ? [...imports, { target: '(a computed name)', isType: false }]
    : imports
}

/** The text with comments left out, so that an example in one is not taken for code. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '')

const targetOf = (path: string, specifier: string): string => {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier)
  return packageOf(specifier)
}

/** `@azure/identity` of `@azure/identity/dist/x.js`; names of node's own modules stay whole. */
export const packageOf = (specifier: string): string => {
  if (specifier.startsWith('node:')) return specifier
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}
