import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import {
  cancelInvitation,
  createInvitation,
  getInvitation,
  listInvitations,
} from '../../shared/http/manage/invitations.ts'
import { shell } from '../../shared/apps/shell.ts'

const authLevel = 'anonymous'

app.http('manage-invitations-create', {
  methods: ['POST'],
  authLevel,
  route: 'manage/invitations',
  handler: shell((request) => createInvitation(broker().invitations, request)),
})

app.http('manage-invitations-list', {
  methods: ['GET'],
  authLevel,
  route: 'manage/invitations',
  handler: shell((request) => listInvitations(broker().invitations, request)),
})

app.http('manage-invitations-get', {
  methods: ['GET'],
  authLevel,
  route: 'manage/invitations/{id}',
  handler: shell((request) => getInvitation(broker().invitations, request)),
})

app.http('manage-invitations-cancel', {
  methods: ['DELETE'],
  authLevel,
  route: 'manage/invitations/{id}',
  handler: shell((request) => cancelInvitation(broker().invitations, request)),
})
