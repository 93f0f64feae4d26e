import { importsOf, withoutComments, type Import, type Source } from './imports.ts'

/** The import table of docs/architecture.md: one entry per room, first match by path. */
type Room = {
  path: string
  says: string
  allows: (one: Import) => boolean
}

const sdk = /^(?:@azure\/(?!functions$)|jose$|cockatiel$|standardwebhooks$|applicationinsights$)/

const within =
  (...paths: string[]) =>
  ({ target }: Import): boolean =>
    paths.some((path) => target === path || (path.endsWith('/') && target.startsWith(path)))

const functionsRoom = (path: string): Room => ({
  path,
  says: 'a trigger imports its own folder, shared/apps, shared/http, types of shared/broker and @azure/functions',
  allows: (one) =>
    within(path, 'shared/apps/', 'shared/http/', '@azure/functions')(one) ||
    (one.isType && within('shared/broker/')(one)),
})

export const rooms: readonly Room[] = [
  functionsRoom('functions/onboarding/'),
  functionsRoom('functions/broker/'),
  {
    path: 'shared/apps/',
    says: 'the wiring imports rooms of shared, node:timers and types of @azure/functions',
    allows: (one) =>
      within('shared/', 'node:timers/promises')(one) ||
      (one.isType && within('@azure/functions')(one)),
  },
  {
    path: 'shared/config.ts',
    says: 'the settings import only zod and their own fields',
    allows: within('shared/config/', 'zod'),
  },
  {
    path: 'shared/config/',
    says: 'the fields of the settings import only zod',
    allows: within('zod'),
  },
  {
    path: 'shared/http/',
    says: 'shared/http imports itself, shared/broker, zod, node:crypto and types of @azure/functions',
    allows: (one) =>
      within('shared/http/', 'shared/broker/', 'zod', 'node:crypto')(one) ||
      (one.isType && within('@azure/functions')(one)),
  },
  {
    path: 'shared/broker/',
    says: 'shared/broker imports only itself, node:crypto, node:net and lru-cache',
    allows: within('shared/broker/', 'node:crypto', 'node:net', 'lru-cache'),
  },
  {
    path: 'shared/azure/',
    says: 'shared/azure imports itself, shared/broker, the SDKs, zod, lru-cache and node:*',
    allows: (one) =>
      within('shared/azure/', 'shared/broker/', 'zod', 'lru-cache')(one) ||
      sdk.test(one.target) ||
      one.target.startsWith('node:'),
  },
  {
    path: 'ops/',
    says: 'the command line imports itself, zod, node:*, identity, tables, the audiences and types of shared/broker',
    allows: (one) =>
      within(
        'ops/',
        'zod',
        '@azure/identity',
        '@azure/data-tables',
        'shared/broker/audience.ts',
      )(one) ||
      one.target.startsWith('node:') ||
      (one.isType && within('shared/broker/')(one)),
  },
  {
    path: 'infra/',
    says: 'what goes with the templates imports itself, zod, node:*, the parser, settings and the names of tables and queues',
    allows: (one) =>
      within(
        'infra/',
        'zod',
        'web-tree-sitter',
        'shared/config.ts',
        'shared/azure/queue.ts',
        'shared/azure/tables/table-names.ts',
      )(one) || one.target.startsWith('node:'),
  },
]

/** Every breach of one room's row, as "file imports what: the rule". */
export const breachesOfRoom = (room: Room, sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith(room.path))
    .flatMap((source) => breaches(source, (one) => !room.allows(one), room.says))

/** Files of `shared/` or `functions/` that stand in no room. */
export const homeless = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => /^(?:shared|functions)\//.test(path))
    .filter(({ path }) => !rooms.some((room) => path.startsWith(room.path)))
    .map(({ path }) => `${path} stands in no room of the table`)

/** Imports of `functions/` from outside the folder of the same app. */
export const importsOfFunctions = (sources: readonly Source[]): string[] =>
  sources.flatMap((source) => {
    const own = source.path.split('/').slice(0, 2).join('/')
    return breaches(
      source,
      ({ target }) => target.startsWith('functions/') && !target.startsWith(`${own}/`),
      'nothing imports functions',
    )
  })

/** Imports of an SDK package, in the product, from outside `shared/azure`. */
export const sdkImportsOutsideAzure = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => isProduct(path) && !path.startsWith('shared/azure/'))
    .flatMap((source) =>
      breaches(source, ({ target }) => sdk.test(target), 'only shared/azure knows an SDK'),
    )

/** Imports of `local/` or `test/` from the product. */
export const importsOfLocalParts = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => isProduct(path))
    .flatMap((source) =>
      breaches(
        source,
        within('local/', 'ops/', 'bench/', 'test/'),
        'the product knows no local part, no command, no benchmark and no test',
      ),
    )

const environment =
  /\bprocess\s*(?:\.|\?\.)\s*env\b|\bprocess\s*\[|\benv\b[^\n]*from 'node:process'/

/** Reads of the environment, in the product, outside `shared/config.ts`. */
export const environmentReads = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => isProduct(path) && path !== 'shared/config.ts')
    .filter(({ text }) => environment.test(withoutComments(text)))
    .map(({ path }) => `${path} reads process.env: only shared/config.ts reads the environment`)

const isProduct = (path: string): boolean => /^(?:shared|functions)\//.test(path)

const breaches = (source: Source, isBreach: (one: Import) => boolean, says: string): string[] =>
  importsOf(source)
    .filter(isBreach)
    .map(({ target }) => `${source.path} imports ${target}: ${says}`)
