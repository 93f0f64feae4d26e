/** The shapes that host and Node worker exchange, as far as the local host uses them. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none'
export type LogCategory = 'user' | 'system' | 'customMetric'

export type Nullable<T> = { value?: T | null } | null
type NullableStrings = Record<string, { value: string }>

export type HttpCookie = {
  name?: string | null
  value?: string | null
  domain?: Nullable<string>
  path?: Nullable<string>
  expires?: Nullable<{ seconds?: number | null }>
  secure?: Nullable<boolean>
  httpOnly?: Nullable<boolean>
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | null
  maxAge?: Nullable<number>
}

export type HttpData = {
  method?: string
  url?: string
  body?: TypedData | null
  statusCode?: string | null
  headers?: Record<string, string> | null
  cookies?: HttpCookie[] | null
  nullableHeaders?: NullableStrings
  nullableParams?: NullableStrings
  nullableQuery?: NullableStrings
}

export type TypedData = {
  string?: string | null
  json?: string | null
  bytes?: Uint8Array | null
  http?: HttpData | null
}

export type Binding = { type?: string; direction?: string; [option: string]: unknown }

export type FunctionMetadata = { name: string; bindings: Record<string, Binding> }
export type FunctionCallback = (...inputs: unknown[]) => unknown
export type RegisteredFunction = { metadata: FunctionMetadata; callback: FunctionCallback }

export type InvocationRequest = {
  inputData: { name: string; data: TypedData }[]
  triggerMetadata: Record<string, TypedData>
  traceContext: { traceParent: string; traceState: string }
}

export type InvocationResponse = { returnValue?: TypedData | null }

export type CoreInvocationContext = {
  invocationId: string
  request: InvocationRequest & { invocationId: string }
  metadata: FunctionMetadata
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined
  log: (level: LogLevel, category: LogCategory, message: string) => void
}

export type InvocationModel = {
  getArguments: () => Promise<{ context: unknown; inputs: unknown[] }>
  invokeFunction: (
    context: unknown,
    inputs: unknown[],
    callback: FunctionCallback,
  ) => Promise<unknown>
  getResponse: (context: unknown, result: unknown) => Promise<InvocationResponse>
}

type Capabilities = Record<string, string>

export type ProgrammingModel = {
  name: string
  version: string
  getInvocationModel: (context: CoreInvocationContext) => InvocationModel | Promise<InvocationModel>
  getCapabilities?: (capabilities: Capabilities) => Capabilities | Promise<Capabilities>
}

export type HookContext = {
  hookData: Record<string, unknown>
  appHookData: Record<string, unknown>
}
export type HookCallback = (context: object) => unknown
