import { grantShards, shardOf } from '../../shared/broker/grant.ts'

export const app = '0f000000-0000-4000-8000-0000000000f1'

const digits = (index: number): string => index.toString(16).padStart(12, '0')

/** Partners are numbered, so that the world need not keep their names. */
export const partnerOf = (index: number): string => `0a000000-0000-4000-8000-${digits(index)}`

export const personOf = (index: number): string => `0b000000-0000-4000-8000-${digits(index)}`

export const indexOf = (partner: string): number => Number.parseInt(partner.slice(-12), 16)

/** The number in the name of a vault secret. */
export const indexOfSecret = (name: string): number => indexOf(name.slice(0, name.lastIndexOf('-')))

/** The numbers of the partners of each shard. */
export const byShard = (count: number): Uint32Array[] => {
  const found = Array.from({ length: grantShards }, (): number[] => [])
  for (let index = 0; index < count; index++) {
    found[Number.parseInt(shardOf(partnerOf(index)), 16)]?.push(index)
  }
  return found.map((indexes) => Uint32Array.from(indexes))
}
