import type { HttpResponseInit } from '@azure/functions'

const headers = { 'cache-control': 'no-store', 'content-type': 'application/json' }

/** `GET /health/live`: the process answers. */
export const live = (): HttpResponseInit => ({ status: 200, headers, body: '{"status":"ok"}' })

/** `GET /health/ready`: 503 without any detail when something is wrong; the log says what. */
export const ready = async (
  check: () => Promise<void>,
  onFailure: (thrown: unknown) => void,
): Promise<HttpResponseInit> => {
  try {
    await check()
    return { status: 200, headers, body: '{"status":"ready"}' }
  } catch (thrown) {
    onFailure(thrown)
    return { status: 503, headers, body: '{"status":"not ready"}' }
  }
}
