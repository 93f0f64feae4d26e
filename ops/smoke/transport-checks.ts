import { connect, type ConnectionOptions } from 'node:tls'
import { ok, failed, unless, type Check, type Seen } from './check.ts'
import { headerOf, visit, wordsOf } from './visit.ts'

/** TLS and nothing else, on one app. */
export const transportChecks = (app: string, address: string): Check[] => [
  {
    name: `${app}: does not answer plain HTTP`,
    look: () => plainHttp(address),
    remedy: 'switch HTTPS only on (httpsOnly of the site)',
  },
  {
    name: `${app}: speaks TLS 1.2 or later`,
    look: async () => {
      const found = await handshake(address, { minVersion: 'TLSv1.2' })
      return unless(found !== 'TLSv1.2' && found !== 'TLSv1.3' && `it speaks ${found}`)
    },
    remedy: 'see that the address is right and its certificate is trusted here (--ca)',
  },
  {
    name: `${app}: does not speak TLS 1.1`,
    look: async () => {
      const old = {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      } as const
      const found = await handshake(address, old)
      return found.startsWith('TLS') ? failed(`it speaks ${found}`) : ok
    },
    remedy: 'set minTlsVersion of the site to 1.2',
  },
]

// A redirect to https is what App Service answers; a port that speaks only TLS answers nothing.
const plainHttp = async (address: string): Promise<Seen> => {
  const answer = await visit(`${address.replace(/^https:/, 'http:')}/health/live`)
  if (answer.trouble !== undefined) return ok
  const isRedirect = answer.status >= 300 && answer.status < 400
  const isRefused = answer.status === 403 || answer.status === 400
  if (isRefused || (isRedirect && headerOf(answer, 'location').startsWith('https://'))) return ok
  return failed(wordsOf(answer))
}

type Versions = Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'ciphers'>

const patienceMs = 15_000

/** The version of TLS that both agree on; or why they do not. */
const handshake = (address: string, versions: Versions): Promise<string> => {
  const { hostname, port } = new URL(address)
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect({
    host: hostname,
    servername: hostname,
    port: port === '' ? 443 : Number(port),
    ...versions,
  })
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer')))
  socket.once('secureConnect', () => {
    resolve(socket.getProtocol() ?? 'no version')
    socket.end()
  })
  socket.once('error', (error) => resolve(`nothing (${error.message.slice(0, 80)})`))
  return promise
}
