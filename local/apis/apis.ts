import type { Directory } from '../directory.ts'
import type { LocalPart } from '../kit/part.ts'
import { startApi } from './api.ts'
import { armApi } from './arm.ts'
import type { VerifyBearer } from './bearer.ts'
import { graphApi } from './graph.ts'
import { partnerCenterApi } from './partner-center.ts'

export type ApisOptions = {
  tls: { cert: string; key: string }
  ports: { partnerCenter: number; graph: number; arm: number }
  verifyBearer: VerifyBearer
  /** Read at each call: tests change who is an agent, and of which tenant. */
  directory: Directory
}

export type LocalApis = {
  partnerCenter: LocalPart
  graph: LocalPart
  arm: LocalPart
  close: () => Promise<void>
}

/** Local Partner Center, Microsoft Graph and Azure Resource Manager, each for its own tokens only. */
export const startApis = async (options: ApisOptions): Promise<LocalApis> => {
  const { tls, ports, verifyBearer, directory } = options
  const partnerCenter = await startApi(partnerCenterApi(directory), {
    tls,
    verifyBearer,
    port: ports.partnerCenter,
  })
  const graph = await startApi(graphApi(directory), { tls, verifyBearer, port: ports.graph })
  const arm = await startApi(armApi(directory), { tls, verifyBearer, port: ports.arm })
  const close = async () => {
    await Promise.all([partnerCenter, graph, arm].map((part) => part.close()))
  }
  return { partnerCenter, graph, arm, close }
}
