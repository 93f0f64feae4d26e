import { createRequire } from 'node:module'
import Parser from 'web-tree-sitter'
import type { Finding } from '../finding.ts'

export type Node = Parser.SyntaxNode
export type Parse = (text: string) => Node

/** Opens the Bicep grammar; the same parser serves every file. */
export const openParser = async (): Promise<Parse> => {
  await Parser.init()
  const wasm = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')
  const parser = new Parser()
  parser.setLanguage(await Parser.Language.load(wasm))
  return (text) => parser.parse(text).rootNode
}

/** Where the text is no Bicep, or Bicep that the grammar cannot read. */
export const syntaxProblems = (path: string, node: Node): Finding[] => {
  if (!node.hasError) return []
  const own = node.isError || node.isMissing ? [problem(path, node)] : []
  return [...own, ...node.children.flatMap((child) => syntaxProblems(path, child))]
}

const problem = (path: string, node: Node): Finding => ({
  rule: 'syntax',
  file: path,
  line: node.startPosition.row + 1,
  says: node.isMissing ? `${node.type} is missing` : `cannot read ${shortened(node.text)}`,
})

const shortened = (text: string): string => JSON.stringify(text.slice(0, 60))
