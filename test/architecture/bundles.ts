import type { Metafile } from 'esbuild'

/** The npm package a file of a bundle came from; undefined for our own files. */
const packageOfInput = (path: string): string | undefined =>
  /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]

/** Our own files in a bundle that stand outside `functions/` and `shared/`. */
export const strangersIn = ({ inputs }: Metafile): string[] =>
  Object.keys(inputs)
    .filter((path) => packageOfInput(path) === undefined)
    .filter((path) => !/^(?:functions|shared)\//.test(path))
    .map((path) => `the bundle holds ${path}`)

/** Who brought a forbidden package into a bundle, as "file imports package". */
export const importersOf = (metafile: Metafile, forbidden: RegExp): string[] =>
  importLines(metafile)
    .filter(({ name }) => forbidden.test(name))
    .map(describe)

/** Who imports MSAL but `@azure/identity` and MSAL itself. */
export const msalImporters = (metafile: Metafile): string[] =>
  importLines(metafile)
    .filter(({ name }) => name === '@azure/msal-node')
    .filter(({ by }) => !/^@azure\/(?:identity|msal-[a-z]+)$/.test(packageOfInput(by) ?? ''))
    .map(describe)

/** Packages that load with `index.mjs`, before anything asks for them. */
export const eagerPackages = (metafile: Metafile, forbidden: RegExp): string[] => {
  const names = eagerOutputs(metafile).flatMap((path) =>
    Object.keys(metafile.outputs[path]?.inputs ?? {}).map((input) => packageOfInput(input) ?? ''),
  )
  return [...new Set(names)]
    .filter((name) => forbidden.test(name))
    .map((name) => `${name} loads with index.mjs: import() it at first use`)
}

const eagerOutputs = ({ outputs }: Metafile): string[] => {
  const isEntry = (path: string) => outputs[path]?.entryPoint !== undefined
  const reached = new Set(
    Object.keys(outputs).filter((path) => path.endsWith('/index.mjs') && isEntry(path)),
  )
  for (const path of reached) {
    const imports = outputs[path]?.imports ?? []
    const statics = imports.filter(({ kind, external }) => kind === 'import-statement' && !external)
    for (const one of statics) reached.add(one.path)
  }
  return [...reached]
}

type ImportLine = { by: string; name: string }

const describe = ({ by, name }: ImportLine): string => `${by} imports ${name}`

const importLines = ({ inputs }: Metafile): ImportLine[] =>
  Object.entries(inputs).flatMap(([by, { imports }]) =>
    imports.flatMap(({ path }) => {
      const name = packageOfInput(path)
      return name === undefined || name === packageOfInput(by) ? [] : [{ by, name }]
    }),
  )
