import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import {
  deleteLockdown,
  getLockdown,
  listLockdowns,
  putLockdown,
} from '../../shared/http/manage/lockdowns.ts'
import { shell } from '../../shared/apps/shell.ts'

const authLevel = 'anonymous'

app.http('manage-lockdowns-list', {
  methods: ['GET'],
  authLevel,
  route: 'manage/lockdowns',
  handler: shell((request) => listLockdowns(broker().lockdowns, request)),
})

app.http('manage-lockdowns-get', {
  methods: ['GET'],
  authLevel,
  route: 'manage/lockdowns/{name}',
  handler: shell((request) => getLockdown(broker().lockdowns, request)),
})

app.http('manage-lockdowns-put', {
  methods: ['PUT'],
  authLevel,
  route: 'manage/lockdowns/{name}',
  handler: shell((request) => putLockdown(broker().lockdowns, request)),
})

app.http('manage-lockdowns-delete', {
  methods: ['DELETE'],
  authLevel,
  route: 'manage/lockdowns/{name}',
  handler: shell((request) => deleteLockdown(broker().lockdowns, request)),
})
