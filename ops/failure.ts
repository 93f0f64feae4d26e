/** What ends a command, in words for who typed it: 1 refused or failed, 2 wrongly typed. */
export class Failure extends Error {
  readonly exitCode: 1 | 2

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message)
    this.name = 'Failure'
    this.exitCode = exitCode
  }
}

export const wronglyTyped = (message: string): Failure => new Failure(message, 2)
