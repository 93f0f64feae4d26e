type Undo = () => Promise<void> | void

export type Teardown = {
  /** Remembers what to undo, the last one first; at once when everything else is undone already. */
  add: (undo: Undo) => void
  /** Undoes everything once, whatever fails. */
  run: () => Promise<void>
  /** Whether everything is being undone, or is. */
  hasBegun: () => boolean
}

/** What must be undone when a stack stops, or fails to start. */
export const createTeardown = (): Teardown => {
  const steps: Undo[] = []
  let running: Promise<void> | undefined
  const runAll = async (): Promise<void> => {
    for (let step = steps.pop(); step; step = steps.pop()) await attempt(step)
  }
  return {
    add: (undo) => {
      if (running) void attempt(undo)
      else steps.push(undo)
    },
    run: () => (running ??= runAll()),
    hasBegun: () => running !== undefined,
  }
}

const attempt = async (undo: Undo): Promise<void> => {
  try {
    await undo()
  } catch (error) {
    console.error(`While stopping: ${String(error)}`)
  }
}
