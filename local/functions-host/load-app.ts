import { globSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import type { FunctionsCore } from './core.ts'

const coreModule = '@azure/functions-core'
const coreUrl = 'functions-core:local'
const packageSchema = z.object({ main: z.string().optional() })

/** What came of loading: with `problem` alone the app goes on without functions, as in Azure. */
export type Loaded = { problem?: string; isIndexingFailed: boolean }

/**
 * Loads the app's entry files with `core` as their `@azure/functions-core`. A throw before the first
 * registration is only said; a throw after one fails the indexing.
 */
export const loadApp = async (folder: string, core: FunctionsCore): Promise<Loaded> => {
  provideCore(core)
  const { main } = packageSchema.parse(
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
  )
  if (!main) return { isIndexingFailed: false, problem: 'package.json names no "main"' }
  try {
    const files = globSync(main, { cwd: folder })
    if (files.length === 0) throw new Error('Found zero files matching the supplied pattern')
    for (const file of files) await import(pathToFileURL(join(folder, file)).href)
    return { isIndexingFailed: false }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const problem = `Worker was unable to load entry point "${main}": ${reason}`
    return { problem, isIndexingFailed: core.functions().length > 0 }
  }
}

/** The library requires the core module; no package of that name exists outside the worker. */
const provideCore = (core: FunctionsCore): void => {
  const key = Symbol.for(coreUrl)
  Reflect.set(globalThis, key, core.api)
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreModule
        ? { url: coreUrl, format: 'commonjs', shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      url === coreUrl
        ? {
            format: 'commonjs',
            source: `module.exports = globalThis[Symbol.for('${coreUrl}')]`,
            shortCircuit: true,
          }
        : next(url, context),
  })
}
