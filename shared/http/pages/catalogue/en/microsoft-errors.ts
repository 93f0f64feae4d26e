/** What Microsoft's codes mean for the person who reads the page. */
export const microsoftErrors = {
  AADSTS16000: 'the account does not exist in this tenant. Sign in with an account of that tenant.',
  AADSTS50020: 'the account belongs to another tenant. Sign in with an account of that tenant.',
  AADSTS50034: 'the account does not exist in this tenant. Check the user name.',
  AADSTS50053:
    'the account is locked, or the sign-in came from an address with a bad name. Wait, or ask your administrator.',
  AADSTS50055: 'the password has expired. Change it, then sign in again.',
  AADSTS50057: 'the account is disabled. Your administrator can enable it, or choose another one.',
  AADSTS50072: 'the account must register for MFA first. Do so, then sign in again.',
  AADSTS50074: 'MFA was not completed. Sign in again and complete it.',
  AADSTS50076: 'MFA is required. Sign in again and complete it.',
  AADSTS50079: 'the account must register for MFA first. Do so, then sign in again.',
  AADSTS50105:
    'the account is not assigned to the application. Your administrator can assign it under Enterprise applications.',
  AADSTS50158:
    'a further check that your organisation demands was not completed. Your administrator can say which.',
  AADSTS53000:
    'your organisation allows only compliant devices here. Use such a device, or ask your administrator.',
  AADSTS53003:
    'a Conditional Access policy of your organisation blocks this access. Your administrator can see which in the sign-in logs, and can allow it.',
  AADSTS53004:
    'the account must register for MFA, but the sign-in looked risky. Ask your administrator.',
  AADSTS65001:
    'the application is not approved in your tenant for this service. Sign in again and accept, or have an administrator approve it.',
  AADSTS65004: 'the permissions were declined. Sign in again and accept them, if you agree.',
  AADSTS90094:
    'only an administrator can approve this application in your tenant. Ask a Global Administrator to do so.',
  AADSTS90095:
    'an administrator must approve your request first. Ask a Global Administrator to do so.',
  AADSTS500011:
    'your tenant does not know this Microsoft service. An administrator must add it (create its service principal).',
  AADSTS530034:
    'Microsoft has blocked delegated administration for suspicious activity. Your administrator must clear that first.',
  AADSTS530035: 'the security defaults of your tenant block this access. Ask your administrator.',
  AADSTS650052:
    'your tenant has no subscription to this service, or has not enabled it. Your administrator can enable it.',
  AADSTS700016:
    'the application is unknown in your tenant. An administrator must approve it first.',
  AADSTS7000112:
    'the application is disabled in your tenant. An administrator can enable it under Enterprise applications.',
}
