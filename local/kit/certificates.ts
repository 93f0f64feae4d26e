import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { generate } from 'selfsigned'

export type Certificates = {
  /** Path of the authority's certificate, for `NODE_EXTRA_CA_CERTS` and its like. */
  caFile: string
  certFile: string
  keyFile: string
  ca: string
  cert: string
  key: string
}

const yearMs = 365 * 24 * 3600_000
const weekMs = 7 * 24 * 3600_000

/** The local certificate authority and its one server certificate, made at first use and kept in `folder`. */
export const certificatesIn = async (folder: string): Promise<Certificates> => {
  const files = {
    caFile: join(folder, 'ca.pem'),
    certFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server.key'),
  }
  if (!Object.values(files).every((file) => existsSync(file)) || endsSoon(files.certFile)) {
    await make(folder, files)
  }
  const [ca, cert, key] = Object.values(files).map((file) => readFileSync(file, 'utf8'))
  if (!ca || !cert || !key) throw new Error(`${folder} holds an empty certificate`)
  return { ...files, ca, cert, key }
}

const endsSoon = (certFile: string): boolean => {
  try {
    const certificate = new X509Certificate(readFileSync(certFile))
    return Date.parse(certificate.validTo) < Date.now() + weekMs
  } catch {
    return true
  }
}

type Files = Pick<Certificates, 'caFile' | 'certFile' | 'keyFile'>

const make = async (folder: string, files: Files): Promise<void> => {
  mkdirSync(folder, { recursive: true })
  const notAfterDate = new Date(Date.now() + yearMs)
  // A name of its own: of two trusted authorities of one name OpenSSL tries only one. No comma in it,
  // which would end the name.
  const name = `SAM token broker local ${randomBytes(8).toString('hex')}`
  const authority = await generate([{ name: 'commonName', value: name }], {
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const leaf = await generate([{ name: 'commonName', value: 'localhost' }], {
    notAfterDate,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  writeFileSync(files.caFile, authority.cert)
  writeFileSync(files.certFile, leaf.cert)
  writeFileSync(files.keyFile, leaf.private)
  chmodSync(files.keyFile, 0o600)
}
