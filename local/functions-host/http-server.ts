import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AppFunction } from './app-functions.ts'
import type { Controls } from './controls.ts'
import { bodyLimitBytes, toHttpData } from './http-request.ts'
import { sendResponse } from './http-response.ts'
import type { Invoke } from './invoke.ts'
import { describeError, type WriteLog } from './log.ts'
import { requestUrl } from './request-path.ts'
import { findRoute, type FoundRoute } from './routes.ts'

export type HttpHost = {
  functions: AppFunction[]
  invoke: Invoke
  controls: Controls
  log: WriteLog
  isHomepageDisabled: boolean
}

/** The HTTPS server in front of the app's functions: the platform's front end and the host in one. */
export const createHttpServer = (tls: { cert: string; key: string }, host: HttpHost): Server => {
  // The platform keeps idle connections for minutes, and takes 32 KB of headers.
  const options = { ...tls, keepAliveTimeout: 120_000, maxHeaderSize: 32_768 }
  return createServer(options, (incoming, outgoing) => {
    serve(host, { incoming, outgoing }).catch((error: unknown) => {
      host.log({ level: 'error', category: 'system', message: describeError(error) })
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    })
  })
}

type Exchange = { incoming: IncomingMessage; outgoing: ServerResponse }

const serve = async (host: HttpHost, { incoming, outgoing }: Exchange): Promise<void> => {
  const url = requestUrl(incoming.headers.host ?? '', incoming.url ?? '')
  if (!url) {
    outgoing.writeHead(400).end()
    return
  }
  if (await host.controls({ incoming, url }, outgoing)) return
  const found = findRoute(host.functions, incoming.method ?? 'GET', url.pathname)
  if (found) await callFunction(host, { found, incoming, url }, outgoing)
  else sendOwnAnswer(host, url, { incoming, outgoing })
}

type Call = { found: FoundRoute; incoming: IncomingMessage; url: URL }

const callFunction = async (
  host: HttpHost,
  { found, incoming, url }: Call,
  outgoing: ServerResponse,
): Promise<void> => {
  if (Number(incoming.headers['content-length'] ?? 0) > bodyLimitBytes) {
    outgoing.writeHead(413, { connection: 'close' }).end()
    return
  }
  const { registered, bindingName } = found.target
  const http = await toHttpData(incoming, url, found.params)
  const response = await host.invoke(registered, {
    inputData: [{ name: bindingName, data: { http } }],
  })
  if (response) sendResponse(outgoing, response.returnValue)
  else outgoing.writeHead(500).end()
}

/** Where no function matches: the host's home page at the root, 404 elsewhere. */
const sendOwnAnswer = (host: HttpHost, url: URL, { incoming, outgoing }: Exchange): void => {
  incoming.resume()
  if (url.pathname !== '/') outgoing.writeHead(404).end()
  else if (host.isHomepageDisabled) outgoing.writeHead(204).end()
  else outgoing.writeHead(200, { 'content-type': 'text/html' }).end(homepage)
}

const homepage = '<!DOCTYPE html><title>Functions</title><p>Your Functions app is up and running.'
