/** A value as it was last read, with the ETag that a conditional write needs. */
export type Stored<T> = { value: T; etag: string }

/** `changed`: somebody else wrote first. Re-read and use the winner's; never overwrite. */
export type Written = { etag: string } | 'changed'

export type Page<T> = { items: T[]; /** Opaque; absent on the last page. */ next?: string }

/**
 * Rows of one kind, each moved only by ETag.
 * A read answers `undefined` only for an absent row; any failure throws `upstream_unavailable`.
 */
export type Rows<T> = {
  read: (key: string) => Promise<Stored<T> | undefined>
  /** `changed` when a row of that key exists already (and is not our own write whose answer was lost). */
  add: (value: T) => Promise<Written>
  replace: (value: T, etag: string) => Promise<Written>
  /** Without an ETag removes whatever is there; an absent row is no error. */
  remove: (key: string, etag?: string) => Promise<'removed' | 'changed'>
  list: (options: { after?: string; size: number }) => Promise<Page<Stored<T>>>
}

/**
 * Every page of a list, each asked for where the one before ended. A page may be empty although
 * another follows; who stops early simply stops asking.
 */
export async function* allPages<T>(
  ask: (from: { after?: string }) => Promise<Page<T>>,
): AsyncGenerator<Page<T>, void, undefined> {
  let from: { after?: string } | undefined = {}
  while (from) {
    // Each page begins where the one before ended.
    // oxlint-disable-next-line no-await-in-loop
    const page: Page<T> = await ask(from)
    yield page
    from = page.next === undefined ? undefined : { after: page.next }
  }
}
