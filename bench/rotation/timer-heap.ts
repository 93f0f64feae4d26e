export type Timer = { at: number; wake: () => void }

/** Timers by their time: a binary heap. */
export const timerHeap = () => {
  const heap: Timer[] = []
  const atOf = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY
  const swap = (one: number, other: number): void => {
    const [a, b] = [heap[one], heap[other]]
    if (a && b) [heap[one], heap[other]] = [b, a]
  }
  const rise = (index: number): void => {
    const parent = (index - 1) >> 1
    if (index === 0 || atOf(parent) <= atOf(index)) return
    swap(parent, index)
    rise(parent)
  }
  const sink = (index: number): void => {
    const left = 2 * index + 1
    const child = atOf(left + 1) < atOf(left) ? left + 1 : left
    if (atOf(child) >= atOf(index)) return
    swap(child, index)
    sink(child)
  }
  const take = (): Timer | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (last && heap.length > 0) {
      heap[0] = last
      sink(0)
    }
    return first
  }
  return {
    add: (timer: Timer): void => {
      heap.push(timer)
      rise(heap.length - 1)
    },
    /** All timers of the next moment. */
    takeNext: (): Timer[] => {
      const due: Timer[] = []
      const at = atOf(0)
      while (heap.length > 0 && atOf(0) === at) {
        const timer = take()
        if (timer) due.push(timer)
      }
      return due
    },
  }
}
