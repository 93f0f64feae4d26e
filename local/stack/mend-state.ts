import { X509Certificate, createPrivateKey } from 'node:crypto'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

type Say = (line: string) => void

/**
 * Puts right what a stack that was killed, or a full disk, left in the state folder; each mend is
 * said in a line. Only the holder of the lock may call it.
 */
export const mendState = (folder: string, say: Say): void => {
  if (existsSync(join(folder, 'stack.json'))) {
    rmSync(join(folder, 'stack.json'))
    say(`Mended ${folder}: the last stack on it was not stopped; its stack.json is removed.`)
  }
  const halfWritten = globSync('**/*.{tmp,new}', { cwd: folder })
  for (const file of halfWritten) rmSync(join(folder, file), { force: true, recursive: true })
  if (halfWritten.length > 0)
    say(`Mended ${folder}: ${halfWritten.join(', ')} half written, removed.`)
  for (const file of ['directory.json', 'first-invitation.json']) mendJson(folder, file, say)
  mendCertificates(folder, say)
}

// The local parts mend their own files themselves.
const mendJson = (folder: string, file: string, say: Say): void => {
  const path = join(folder, file)
  if (!existsSync(path) || isJson(path)) return
  rmSync(path)
  say(`Mended ${folder}: ${file} could not be read; it is made anew.`)
}

const isJson = (path: string): boolean => {
  try {
    JSON.parse(readFileSync(path, 'utf8'))
    return true
  } catch {
    return false
  }
}

const mendCertificates = (folder: string, say: Say): void => {
  const files = ['ca.pem', 'server.pem', 'server.key'].map((name) => join(folder, name))
  const present = files.filter((file) => existsSync(file))
  if (present.length === 0 || (present.length === files.length && areWhole(files))) return
  for (const file of present) rmSync(file)
  say(`Mended ${folder}: its certificates did not fit together and are made anew.`)
}

const areWhole = (files: string[]): boolean => {
  try {
    const [ca = '', cert = '', key = ''] = files.map((file) => readFileSync(file, 'utf8'))
    const leaf = new X509Certificate(cert)
    return (
      leaf.checkPrivateKey(createPrivateKey(key)) && leaf.verify(new X509Certificate(ca).publicKey)
    )
  } catch {
    return false
  }
}
