/** Bekende Microsoft-diensten en hun machtigingen in gewone woorden. */
export const audiences = {
  'https://api.partnercenter.microsoft.com': {
    name: 'Microsoft Partnercentrum (Partner Center)',
    permissions: {
      user_impersonation:
        'Het Partnercentrum gebruiken als het account dat zich aanmeldt: uw klanten, abonnementen, bestellingen en facturen inzien, en bestellingen plaatsen en wijzigen',
      '.default': 'Alles in het Partnercentrum wat voor de toepassing is goedgekeurd',
    },
  },
  'https://graph.microsoft.com': {
    name: 'Microsoft Graph',
    permissions: {
      '.default': 'Alles in Microsoft Graph wat voor de toepassing is goedgekeurd',
      'User.Read': 'Het account aanmelden en zijn profiel lezen',
      'User.Read.All': 'De volledige profielen van alle gebruikers lezen',
      'User.ReadWrite.All': 'De profielen van alle gebruikers lezen en wijzigen',
      'Group.Read.All': 'Alle groepen, hun leden en hun inhoud lezen',
      'Group.ReadWrite.All': 'Alle groepen, hun leden en hun inhoud lezen en wijzigen',
      'Organization.Read.All': 'De gegevens van de organisatie en haar abonnementen lezen',
      'Directory.Read.All': 'De directory lezen: gebruikers, groepen, toepassingen en apparaten',
      'Directory.ReadWrite.All': 'De directory lezen en wijzigen: gebruikers, groepen en apparaten',
      'Directory.AccessAsUser.All':
        'De directory gebruiken als het account dat zich aanmeldt, met al zijn rechten daar',
      'Application.Read.All': 'Alle toepassingen en hun service-principals lezen',
      'Application.ReadWrite.All': 'Toepassingen maken, lezen, wijzigen en verwijderen',
      'AuditLog.Read.All': 'De aanmeldings- en auditlogboeken lezen',
      'Reports.Read.All': 'Alle gebruiksrapporten lezen',
      'DelegatedAdminRelationship.Read.All':
        'Uw gedelegeerde beheerrelaties (GDAP) met klanten lezen',
      'DelegatedAdminRelationship.ReadWrite.All':
        'Uw gedelegeerde beheerrelaties (GDAP) met klanten lezen, aanvragen, wijzigen en beëindigen',
    },
  },
  'https://management.azure.com': {
    name: 'Azure Resource Manager',
    permissions: {
      user_impersonation:
        'Azure-resources beheren als het account dat zich aanmeldt: inzien, maken, wijzigen en verwijderen wat dat account mag',
      '.default': 'Alles in Azure Resource Manager wat voor de toepassing is goedgekeurd',
    },
  },
}
