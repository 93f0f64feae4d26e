import { inject } from 'vitest'
import { trustAuthority } from '../../../local/stack/trust.ts'

// Before each file: its https clients, the SDKs included, trust the stack.
trustAuthority(inject('stack').caPem)
