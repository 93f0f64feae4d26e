import { compileNetworks, type Admits } from '../broker/network.ts'

/** The rule of a list of networks; none when the list is empty. */
export const networksOf = (networks: readonly string[]): { networks?: Admits } =>
  networks.length > 0 ? { networks: compileNetworks(networks) } : {}
