import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { clientAddress, compileNetworks, parseNetwork } from '../../shared/broker/network.ts'

/** An address as a number, in one of its spellings. */
type Address = { family: 4 | 6; value: bigint; text: string }

const dotted = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.')

const groupsOf = (value: bigint): string[] =>
  Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )

// Spellings of RFC 4291 section 2.2, in either case.
const spelled = (value: bigint, how: number): string => {
  const groups = groupsOf(value)
  const full = groups.map((group) => group.padStart(4, '0')).join(':')
  const zeros = /(?:^|:)0(?::0)+(?:$|:)/.exec(groups.join(':'))?.[0]
  const short = zeros === undefined ? groups.join(':') : groups.join(':').replace(zeros, '::')
  const tail = `${groups.slice(0, 6).join(':')}:${dotted(value & 0xffff_ffffn)}`
  return [full, full.toUpperCase(), short, tail][how % 4] ?? full
}

const mappedPrefix = 0xffffn << 32n
const v4: fc.Arbitrary<Address> = fc
  .bigInt({ min: 0n, max: 0xffff_ffffn })
  .map((value) => ({ family: 4, value, text: dotted(value) }))
const v6Values = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
  fc.bigInt({ min: 0n, max: 0xffff_ffffn }).map((low) => (0x2001_0db8n << 96n) | low),
)
const v6: fc.Arbitrary<Address> = fc
  .tuple(v6Values, fc.nat(3))
  .map(([value, how]) => ({ family: 6, value, text: spelled(value, how) }))
const addresses = fc.oneof(v4, v6)

const bitsOf = (family: 4 | 6): number => (family === 4 ? 32 : 128)

const contains = (
  network: { family: 4 | 6; value: bigint; prefix: number },
  { family, value }: Address,
): boolean => {
  const rest = BigInt(bitsOf(family) - network.prefix)
  return network.family === family && value >> rest === network.value >> rest
}

/** A network, and an address that differs from it in any bit, or in none. */
const near = addresses.chain((base) => {
  const bits = bitsOf(base.family)
  return fc
    .tuple(fc.integer({ min: 0, max: bits }), fc.option(fc.nat(bits - 1)), fc.nat(3))
    .map(([prefix, flipped, how]) => {
      const value = flipped === null ? base.value : base.value ^ (1n << BigInt(flipped))
      const text = base.family === 4 ? dotted(value) : spelled(value, how)
      return { base, prefix, address: { family: base.family, value, text } }
    })
})

test('an address lies in a network exactly when its first bits say so, in whatever spelling', () => {
  fc.assert(
    fc.property(near, ({ base, prefix, address }) => {
      const admits = compileNetworks([`${base.text}/${prefix}`])
      expect(admits(address.text)).toBe(contains({ ...base, prefix }, address))
      expect(compileNetworks([base.text])(address.text)).toBe(address.value === base.value)
    }),
    { numRuns: 5000 },
  )
})

test('a list admits what any of its networks does, and an empty one nobody', () => {
  const networks = fc.array(near, { maxLength: 6 })
  fc.assert(
    fc.property(networks, near, (all, { address }) => {
      const named = all.map(({ base, prefix }) => ({ ...base, prefix }))
      const admits = compileNetworks(named.map(({ text, prefix }) => `${text}/${prefix}`))
      // Families do not mix here: mapped addresses have a test of their own.
      const isAlone = named.every(({ family }) => family === address.family)
      if (isAlone) expect(admits(address.text)).toBe(named.some((one) => contains(one, address)))
    }),
  )
})

test('an IPv4 address mapped into IPv6 is that IPv4 address', () => {
  fc.assert(
    fc.property(
      fc.tuple(v4, fc.integer({ min: 0, max: 32 })),
      v4,
      fc.nat(3),
      (network, other, how) => {
        const [base, prefix] = network
        const mapped = spelled(mappedPrefix | other.value, how)
        const admits = compileNetworks([`${base.text}/${prefix}`])
        expect(admits(mapped)).toBe(admits(other.text))
      },
    ),
    { numRuns: 2000 },
  )
})

test('an IPv6 address that only ends like an IPv4 one is in no IPv4 network', () => {
  const admits = compileNetworks(['0.0.0.0/0'])
  for (const address of ['::203.0.113.1', '64:ff9b::203.0.113.1', '2001:db8::cb00:7101', '::1']) {
    expect(admits(address)).toBe(false)
  }
})

const rubbish = [
  '',
  ' ',
  '*',
  'any',
  'localhost',
  '203.0.113',
  '203.0.113.0/33',
  '203.0.113.0/-1',
  '203.0.113.0/',
  '203.0.113.0/ 24',
  '203.0.113.0/24/24',
  '203.0.113.0/255.255.255.0',
  '203.0.113.0/1e1',
  '203.0.113.0/0x8',
  '203.0.113.256/24',
  '0203.0.113.1/24',
  ' 203.0.113.0/24',
  '203.0.113.0/24 ',
  '2001:db8::/129',
  '2001:db8::/+32',
  '2001:db8:::/32',
  'fe80::1%eth0/64',
  '[2001:db8::]/32',
  '/24',
]

test.each(rubbish)('%j is no network, and admits nobody wherever it stands', (text) => {
  expect(parseNetwork(text)).toBeUndefined()
  for (const networks of [[text], ['0.0.0.0/0', text], [text, '::/0']]) {
    const admits = compileNetworks(networks)
    expect(['203.0.113.1', '2001:db8::1'].map(admits)).toEqual([false, false])
  }
})

test('whatever text is taken for an address, the widest networks admit only addresses', () => {
  const admits = compileNetworks(['0.0.0.0/0', '::/0'])
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...rubbish)), (text) => {
      if (admits(text)) expect(text).toMatch(/^[0-9a-fA-F:.%\w]+$/)
      expect(admits(`${text}/`)).toBe(false)
    }),
  )
})

test('the hop that the trusted proxies saw counts, and what a client puts before it does not', () => {
  const forged = fc.array(
    fc.oneof(
      addresses.map(({ text }) => text),
      fc.string(),
    ),
    {
      maxLength: 3,
    },
  )
  fc.assert(
    fc.property(forged, v4, fc.array(v4, { maxLength: 3 }), (before, peer, proxies) => {
      const hops = [...before, peer.text, ...proxies.map(({ text }) => text)]
      expect(clientAddress(hops.join(','), proxies.length + 1)).toBe(peer.text)
      expect(clientAddress(hops.join(' , '), proxies.length + 1)).toBe(peer.text)
    }),
  )
})

test('a hop may carry a port or brackets', () => {
  const port = fc.integer({ min: 1, max: 65_535 })
  fc.assert(
    fc.property(v4, v6, port, (one, other, number) => {
      expect(clientAddress(`${one.text}:${number}`, 1)).toBe(one.text)
      const plain = other.text.toLowerCase()
      for (const hop of [other.text, `[${other.text}]`, `[${other.text}]:${number}`]) {
        expect(clientAddress(hop, 1)).toBe(plain)
      }
    }),
  )
})

test('an IPv4 peer of a dual-stack listener is told as IPv4', () => {
  expect(clientAddress('::ffff:203.0.113.7', 1)).toBe('203.0.113.7')
  expect(clientAddress('[::FFFF:203.0.113.7]:443', 1)).toBe('203.0.113.7')
})

test.each([
  [null, 1],
  ['', 1],
  [' , ', 1],
  ['203.0.113.7', 2],
  ['203.0.113.7', 0],
  ['203.0.113.7', -1],
  ['203.0.113.7,', 1],
  ['203.0.113.7, unknown', 1],
  ['203.0.113.7, 203.0.113', 1],
  ['203.0.113.7:http', 1],
  ['203.0.113.7:', 1],
  ['203.0.113.7:123456', 1],
  ['[203.0.113.7', 1],
  ['[2001:db8::1', 1],
  ['2001:db8::1]', 1],
  ['[2001:db8::1]x', 1],
  ['[fe80::1%eth0]', 1],
  ['fe80::1%eth0', 1],
  ['203.0.113.7 203.0.113.8', 1],
  ['203.0.113.7;proto=https', 1],
  ['_hidden', 1],
])('%j with %i trusted proxies is no address', (header, trusted) => {
  expect(clientAddress(header, trusted)).toBeUndefined()
})
