/** An answer that this process got, as its client saw it. */
export type Seen = { url: string; status: number; type: string; headers: string; text: string }

/** Keeps every answer to `fetch` of this process until `stop`. */
export const seeAnswers = (): { seen: Seen[]; stop: () => void } => {
  const seen: Seen[] = []
  const original = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const answer = await original(input, init)
    const url = input instanceof Request ? input.url : input.toString()
    const type = answer.headers.get('content-type') ?? ''
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
    const text = await answer.clone().text()
    seen.push({ url, status: answer.status, type, headers, text })
    return answer
  }
  return {
    seen,
    stop: () => {
      globalThis.fetch = original
    },
  }
}
