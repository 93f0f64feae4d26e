// A receiver of the broker's events: verifies the signature, takes each event once, and says whom to
// mail. Run it where https reaches it:
//   WEBHOOK_SECRETS=whsec_... TLS_CERT=server.pem TLS_KEY=server.key PORT=8443 node event-receiver.mjs
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

const { WEBHOOK_SECRETS = '', TLS_CERT = '', TLS_KEY = '', PORT = '8443', HOST } = process.env

// Several while a secret is exchanged: the event must be signed by one of them.
const verifiers = WEBHOOK_SECRETS.split(',').map((secret) => new Webhook(secret.trim()))

// Throws unless a secret fits and the time is within five minutes. The body must be the bytes that came.
const verified = (body, headers) => {
  for (const verifier of verifiers.slice(0, -1)) {
    try {
      return verifier.verify(body, headers)
    } catch {
      // Another secret may fit.
    }
  }
  return verifiers.at(-1).verify(body, headers)
}

// In memory for the example. Keep the ids where all instances see them, for at least two days.
const taken = new Set()

const take = ({ id, type, data }) => {
  if (taken.has(id)) return
  // Here send data.message.text to data.contact. Should that throw, the broker sends the event again.
  console.log(JSON.stringify({ id, type, to: data.contact, subject: data.message.subject }))
  taken.add(id)
}

const answer = async (request) => {
  if (request.method !== 'POST') return 405
  const body = await text(request)
  let event
  try {
    event = verified(body, request.headers)
  } catch {
    return 401
  }
  take(event)
  return 204
}

const tls = { cert: readFileSync(TLS_CERT), key: readFileSync(TLS_KEY) }

const server = createServer(tls, async (request, response) => {
  const status = await answer(request).catch(() => 500)
  response.writeHead(status).end()
})

server.listen(Number(PORT), HOST, () => console.log(`listening on ${server.address().port}`))
