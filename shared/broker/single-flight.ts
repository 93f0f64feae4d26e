/**
 * Runs one call per key at a time and gives its result to all who ask meanwhile. Check and store are
 * in one tick: an `await` between them would let two through.
 */
export const singleFlight = <Request, Result>(
  keyOf: (request: Request) => string,
  next: (request: Request) => Promise<Result>,
): ((request: Request) => Promise<Result>) => {
  const flights = new Map<string, Promise<Result>>()
  return (request) => {
    const key = keyOf(request)
    const flying = flights.get(key)
    if (flying) return flying
    const flight = next(request).finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
