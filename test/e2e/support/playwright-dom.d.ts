// The types of playwright-core name four types of the browser. The program as a whole must not know
// the browser's globals, so the library `dom` stays out and these stand in.
interface Node {
  readonly nodeType: number
}
interface HTMLElement extends Node {
  readonly tagName: string
}
interface SVGElement extends Node {
  readonly tagName: string
}
interface HTMLElementTagNameMap {
  readonly a: HTMLElement
}
