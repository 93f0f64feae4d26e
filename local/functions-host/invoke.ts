import { randomBytes, randomUUID } from 'node:crypto'
import { runHooks, type FunctionsCore } from './core.ts'
import { describeError, type WriteLog } from './log.ts'
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  RegisteredFunction,
} from './rpc.ts'

export type Invocation = Pick<InvocationRequest, 'inputData'> &
  Partial<Pick<InvocationRequest, 'triggerMetadata' | 'traceContext'>>

/** Undefined: the call failed, and the log says why. */
export type Invoke = (
  registered: RegisteredFunction,
  invocation: Invocation,
) => Promise<InvocationResponse | undefined>

/** Calls one function through the app's own programming model and hooks, as the Node worker does. */
export const createInvoke =
  (core: FunctionsCore, log: WriteLog): Invoke =>
  async (registered, invocation) => {
    const call = beginCall(log, registered, invocation)
    try {
      const model = await programmingModel(core).getInvocationModel(call.coreContext)
      return await runCall(core, model, { ...call, callback: registered.callback })
    } catch (error) {
      const functionName = registered.metadata.name
      const message = `Executed 'Functions.${functionName}' (Failed, Id=${call.coreContext.invocationId}): ${describeError(error)}`
      log({ level: 'error', category: 'system', functionName, message })
      return undefined
    }
  }

const programmingModel = (core: FunctionsCore) => {
  const model = core.programmingModel()
  if (!model) throw new Error('The app has set no programming model.')
  return model
}

type Call = {
  coreContext: CoreInvocationContext
  /** Known once the model has made it; log hooks are shown it. */
  shown: { invocationContext?: unknown; hookData: Record<string, unknown> }
}

const beginCall = (log: WriteLog, registered: RegisteredFunction, invocation: Invocation): Call => {
  const shown: Call['shown'] = { hookData: {} }
  const invocationId = randomUUID()
  const traceContext = { traceParent: newTraceParent(), traceState: '' }
  return {
    shown,
    coreContext: {
      invocationId,
      request: { triggerMetadata: {}, traceContext, ...invocation, invocationId },
      metadata: registered.metadata,
      state: undefined,
      log: (level, category, message) =>
        log({ level, category, message, functionName: registered.metadata.name, ...shown }),
    },
  }
}

const newTraceParent = () =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`

const runCall = async (
  core: FunctionsCore,
  model: InvocationModel,
  { coreContext, shown, callback }: Call & { callback: FunctionCallback },
): Promise<InvocationResponse> => {
  const { context, inputs } = await model.getArguments()
  shown.invocationContext = context
  const { appHookData } = core
  const hook = { hookData: shown.hookData, appHookData, invocationContext: context }
  const before = { ...hook, inputs, functionCallback: callback }
  coreContext.state = 'preInvocationHooks'
  await runHooks(core, 'preInvocation', before)
  const after: { inputs: unknown[]; result: unknown; error: unknown } & typeof hook = {
    ...hook,
    inputs: before.inputs,
    result: null,
    error: null,
  }
  coreContext.state = 'invocation'
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback)
  } catch (error) {
    after.error = error ?? new Error('Unknown error')
  }
  coreContext.state = 'postInvocationHooks'
  await runHooks(core, 'postInvocation', after)
  coreContext.state = undefined
  if (after.error !== null && after.error !== undefined) throw after.error
  return model.getResponse(context, after.result)
}
