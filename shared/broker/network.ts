import { BlockList, isIP } from 'node:net'

/** Whether an address lies in one of the networks. */
export type Admits = (address: string) => boolean

/** A network in CIDR notation (RFC 4632, RFC 4291), such as `203.0.113.0/24` or `2001:db8::/48`. */
export type Network = { address: string; prefix: number; family: 'ipv4' | 'ipv6' }

/** Reads CIDR; a bare address is a network of one. Undefined for anything else. */
export const parseNetwork = (text: string): Network | undefined => {
  const [address, length, ...more] = text.split('/')
  const version = isIP(address ?? '')
  if (address === undefined || version === 0 || address.includes('%') || more.length > 0) {
    return undefined
  }
  const longest = version === 4 ? 32 : 128
  const prefix = length === undefined ? longest : wholeNumber(length)
  if (prefix === undefined || prefix > longest) return undefined
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/**
 * Compiles a list of networks. One that cannot be read admits nobody, and neither does an address
 * that cannot: an access rule fails closed.
 */
export const compileNetworks = (networks: readonly string[]): Admits => {
  const parsed = networks.map(parseNetwork)
  const list = new BlockList()
  for (const network of parsed) {
    if (!network) return () => false
    list.addSubnet(network.address, network.prefix, network.family)
  }
  return (address) => {
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
}

/**
 * The client's address as the trusted proxies saw it: each appends its peer to `X-Forwarded-For`, so
 * only the last `trustedProxies` hops are theirs and everything before is whatever the client said.
 * Hops may carry a port. Undefined when that hop is missing or is no address.
 */
export const clientAddress = (
  forwardedFor: string | null,
  trustedProxies: number,
): string | undefined => {
  const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim())
  const hop = trustedProxies < 1 ? undefined : hops.at(-trustedProxies)
  return hop === undefined ? undefined : addressOf(hop)
}

const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/
const withPort = /^([\d.]+):\d{1,5}$/

const addressOf = (hop: string): string | undefined => {
  const address = bracketed.exec(hop)?.[1] ?? withPort.exec(hop)?.[1] ?? hop
  if (isIP(address) === 0 || address.includes('%')) return undefined
  // A dual-stack listener shows IPv4 peers as mapped IPv6 addresses.
  return /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address.toLowerCase()
}

const wholeNumber = (text: string): number | undefined =>
  /^\d{1,3}$/.test(text) ? Number(text) : undefined
