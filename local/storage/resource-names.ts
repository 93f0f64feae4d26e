import type { LocalRequest } from '../kit/part.ts'

/** The table that a request is about; of a transaction the one its first operation names. */
export const tableNameOf = ({ url, body }: LocalRequest): string | undefined => {
  const resource = /^\/[^/]+\/([^/]+)/.exec(decoded(url.pathname))?.[1] ?? ''
  if (resource === '$batch') {
    return /^[A-Z]+ https?:\/\/[^/\s]+\/[^/\s]+\/(\w+)/m.exec(body.toString('latin1'))?.[1]
  }
  if (resource === 'Tables') {
    return /"TableName"\s*:\s*"(\w+)"/.exec(body.toString('latin1'))?.[1]
  }
  return /^Tables\('(\w+)'\)/.exec(resource)?.[1] ?? /^\w+/.exec(resource)?.[0]
}

/** The queue that a request is about. */
export const queueNameOf = ({ url }: LocalRequest): string | undefined =>
  /^\/[^/]+\/([^/]+)/.exec(url.pathname)?.[1]

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
