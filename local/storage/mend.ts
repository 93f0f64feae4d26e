import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

// The files of one group refer to each other: one without the other is worse than neither.
const groups = [
  ['__azurite_db_table__.json'],
  ['__azurite_db_queue__.json', '__azurite_db_queue_extent__.json'],
  ['__azurite_db_blob__.json', '__azurite_db_blob_extent__.json'],
]
const databaseSchema = z.object({ collections: z.array(z.unknown()) })

/** Moves databases that Azurite could not load out of its way; each is said in a line. */
export const mendDatabases = (folder: string, say: (line: string) => void): void => {
  mkdirSync(folder, { recursive: true })
  const broken = groups.filter((files) => files.some((file) => !isLoadable(join(folder, file))))
  for (const file of broken.flat().filter((name) => existsSync(join(folder, name)))) {
    const aside = `${file}.broken-${Date.now()}`
    renameSync(join(folder, file), join(folder, aside))
    say(`Mended ${folder}: Azurite could not load ${file}; set aside as ${aside} and made anew.`)
  }
}

const isLoadable = (path: string): boolean => {
  if (!existsSync(path)) return true
  try {
    return databaseSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).success
  } catch {
    return false
  }
}
