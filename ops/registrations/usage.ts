export const usage = `usage: npm run -s registrations -- apply ...
       npm run -s registrations -- caller ID... --broker-client-id ID

apply    makes both registrations as they should be: the application that partners consent to, and
         the broker's own API. Run it before the deployment, and again after it with what that gave.
caller   gives the app role Token.Issue to applications or managed identities (client or object id).

The application that partners consent to
  --app-name NAME            for a new one; partners read it (APP_DISPLAY_NAME)
  --app-client-id ID         the one that is there (APP_CLIENT_ID)
  --onboarding-url URL       where Microsoft sends administrators back (ONBOARDING_URL)
  --broker-principal ID      the broker's managed identity, which proves the application (BROKER_PRINCIPAL_ID)
  --federation-name NAME     of that trust, where two deployments share the application (broker)
  --single-tenant            a direct CSP that is its own and only partner
The broker's own API
  --broker-name NAME         for a new one
  --broker-client-id ID      the one that is there (BROKER_CLIENT_ID)
  --onboarding-principal ID  the onboarding app's managed identity: Consent.Relay (ONBOARDING_PRINCIPAL_ID)
  --operator WHO             Broker.Manage, as often as there are: me, a user name, an object id
  --reader WHO               Broker.Read, likewise
  --other-tenants-call       applications of other tenants may get a token for the broker
Both
  --what-if                  say each change and make none
  --yes                      make the changes without asking; --ask asks without a terminal too
  --tenant ID                the tenant to sign in at (OPS_TENANT)
  --device-code              sign in as a person by device code; else az login, or OPS_CLIENT_ID
                             with OPS_CLIENT_SECRET or OPS_CLIENT_CERTIFICATE
  --json                     what was found as JSON
Other clouds: --graph URL, --authority URL (ENTRA_AUTHORITY), --federation-audience URI
Nothing that it does not know is ever removed, and it makes no secret.
Ends with 0 done, 1 refused or failed, 2 wrongly typed.`
