import { statedClaims, type VerifyBearer } from '../apis/bearer.ts'
import { startPart } from '../kit/part.ts'
import type { LocalPart, LocalPartOptions, LocalRequest } from '../kit/part.ts'
import { refusal, type VaultAccess } from './access.ts'
import { deletedSecretOperations } from './deleted-secrets.ts'
import { keyUseOperations } from './key-use.ts'
import { keyOperations } from './keys.ts'
import type { Operation } from './operation.ts'
import { operatorOf, type VaultOperator } from './operator.ts'
import { badParameter, problem } from './problem.ts'
import { secretOperations } from './secrets.ts'
import { openState, type VaultState } from './state.ts'

export type VaultOptions = Pick<LocalPartOptions, 'tls' | 'port' | 'host'> & {
  /** Where the challenge sends a client for its token, such as `https://127.0.0.1:7073/<tenant>`. */
  authority: string
  verifyBearer: VerifyBearer
  access: VaultAccess[]
  stateFile: string
  /** Takes the line that tells what was mended; the console without it. */
  say?: (line: string) => void
}

export type LocalVault = LocalPart & VaultOperator

/** A Key Vault that the real SDKs talk to: secrets, RSA keys, and who may do what with them. */
export const startVault = async (options: VaultOptions): Promise<LocalVault> => {
  const state = openState(options.stateFile, options.say ?? console.log)
  const operations = operationsOn(state)
  const part = await startPart({
    ...options,
    answer: async (request) => {
      const operation = operations.find((one) => fits(one, request))
      if (!operation) return problem(404, { code: 'NotFound', message: 'No such operation.' })
      const refused = await refusal(request, operation.action, options)
      if (refused) return refused
      const answer = await carryOut(operation, request)
      if (operation.saves) await state.save()
      return answer
    },
    facts: (request) => factsOf(request, options.access),
  })
  return { ...part, ...operatorOf(state, part.address) }
}

const operationsOn = ({ secrets, keys }: VaultState): Operation[] => [
  ...secretOperations(secrets),
  ...deletedSecretOperations(secrets),
  ...keyUseOperations(keys),
  ...keyOperations(keys),
]

const fits = ({ method, path }: Operation, { method: asked, url }: LocalRequest): boolean =>
  method === asked && path.test(url.pathname)

// Key Vault's rule for the names of secrets and keys.
const namePattern = /^[0-9a-z-]{1,127}$/i

const carryOut = (operation: Operation, request: LocalRequest) => {
  const { name = '', version = '' } = operation.path.exec(request.url.pathname)?.groups ?? {}
  if (name && !namePattern.test(name)) return badParameter(`${name} is not a valid name`)
  return operation.run({ request, origin: request.url.origin, name, version })
}

/** Names the identity as its token states it, so that a fault or a record can tell who asked. */
const factsOf = (request: LocalRequest, access: VaultAccess[]): Record<string, string> => {
  const stated = statedClaims(request)
  const identity = access.find(({ principalId }) => principalId === stated?.oid)
  return identity ? { identity: identity.name } : {}
}
