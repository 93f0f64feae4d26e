import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  RegisteredFunction,
} from './rpc.ts'

const workerVersion = '3.9.1'
const hookNames = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'] as const
export type HookName = (typeof hookNames)[number]

/** Stands in for the worker's own class of this name: the module it is exported from is its contract. */
class Disposable {
  readonly #callOnDispose: () => unknown
  #isDisposed = false
  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose
  }
  static from(...disposables: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => disposables.forEach((one) => one.dispose()))
  }
  dispose(): unknown {
    if (this.#isDisposed) return undefined
    this.#isDisposed = true
    return this.#callOnDispose()
  }
}

type Log = (level: LogLevel, category: LogCategory, message: string) => void
type State = {
  functions: Map<string, RegisteredFunction>
  hooks: Map<string, HookCallback[]>
  model: ProgrammingModel | undefined
  isStarted: boolean
  log: Log
}

/** What `@azure/functions-core` is in the Node worker: where an app registers its functions and hooks. */
export const createCore = () => {
  const state: State = {
    functions: new Map(),
    hooks: new Map(hookNames.map((name) => [name, []])),
    model: undefined,
    isStarted: false,
    log: () => undefined,
  }
  const appHookData: Record<string, unknown> = {}
  const appLevelOnlyHookData: Record<string, unknown> = {}
  return {
    api: apiOf(state),
    functions: () => [...state.functions.values()],
    hooks: (name: HookName): HookCallback[] => state.hooks.get(name) ?? [],
    programmingModel: () => state.model,
    /** Data shared by all hooks, and the data of the two hooks of the app's life. */
    appHookData,
    appLevelOnlyHookData,
    logTo: (log: Log) => void (state.log = log),
    finishStartup: () => void (state.isStarted = true),
  }
}

export type FunctionsCore = ReturnType<typeof createCore>

const apiOf = (state: State) => ({
  version: workerVersion,
  setProgrammingModel: (model: ProgrammingModel) => void (state.model = model),
  getProgrammingModel: () => state.model,
  registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
    register(state, { metadata, callback }),
  registerHook: (name: string, callback: HookCallback) => {
    const callbacks = state.hooks.get(name)
    if (!callbacks) throw new RangeError(`Unrecognized hook "${name}"`)
    callbacks.push(callback)
    return new Disposable(() => callbacks.splice(callbacks.indexOf(callback), 1))
  },
  log: (level: LogLevel, category: LogCategory, message: string) =>
    state.log(level, category, message),
  Disposable,
})

const register = (state: State, registered: RegisteredFunction): Disposable => {
  const { name } = registered.metadata
  const id = name.toLowerCase()
  mustBeStarting(state)
  if (state.functions.has(id)) {
    throw new Error(`A function with the name "${name}" has already been registered.`)
  }
  state.functions.set(id, registered)
  return new Disposable(() => {
    mustBeStarting(state)
    state.functions.delete(id)
  })
}

const mustBeStarting = ({ isStarted }: State): void => {
  if (!isStarted) return
  throw new Error('A function can only be registered or disposed during app startup.')
}

/** Runs the hooks of one name in the order of their registration; the first that throws ends it. */
export const runHooks = async (core: FunctionsCore, name: HookName, context: object) => {
  for (const callback of core.hooks(name)) await callback(context)
}
