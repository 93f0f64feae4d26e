/** Why the host rejects a function of this name, or with bindings of these; undefined where it does not. */
export const nameProblem = (name: string, bindingNames: string[]): string | undefined => {
  if (!/^[a-z][a-z0-9_-]{0,127}$/i.test(name) || name.toLowerCase() === 'host') {
    return `'${name}' is not a valid function name.`
  }
  const wrong = bindingNames.find(
    (one) => one !== '$return' && !/^[a-z][a-z0-9]{0,127}$/i.test(one),
  )
  return wrong && `The binding name ${wrong} is invalid.`
}
