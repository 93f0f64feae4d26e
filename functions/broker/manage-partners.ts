import { app } from '@azure/functions'
import { broker } from '../../shared/apps/broker.ts'
import { getPartner, listPartners } from '../../shared/http/manage/partners.ts'
import { reinvitePartner } from '../../shared/http/manage/reinvite-partner.ts'
import { revokePartner } from '../../shared/http/manage/revoke-partner.ts'
import { shell } from '../../shared/apps/shell.ts'

const authLevel = 'anonymous'

app.http('manage-partners-list', {
  methods: ['GET'],
  authLevel,
  route: 'manage/partners',
  handler: shell((request) => listPartners(broker().partners, request)),
})

app.http('manage-partners-get', {
  methods: ['GET'],
  authLevel,
  route: 'manage/partners/{partner}',
  handler: shell((request) => getPartner(broker().partners, request)),
})

app.http('manage-partners-revoke', {
  methods: ['POST'],
  authLevel,
  route: 'manage/partners/{partner}/revoke',
  handler: shell((request) => revokePartner(broker().partners, request)),
})

app.http('manage-partners-reinvite', {
  methods: ['POST'],
  authLevel,
  route: 'manage/partners/{partner}/reinvite',
  handler: shell((request) => reinvitePartner(broker().partners, request)),
})
