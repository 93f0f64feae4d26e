/** The functions of Bicep that a template may call without declaring them. */
export const knownFunctions: ReadonlySet<string> = new Set(
  [
    'any array base64 base64ToJson base64ToString bool buildUri cidrHost cidrSubnet coalesce concat',
    'contains copyIndex dateTimeAdd dateTimeFromEpoch dateTimeToEpoch deployer deployment empty',
    'endsWith environment extensionResourceId fail filter first flatten format getSecret',
    'groupBy guid indexOf int intersection items join json last lastIndexOf length list listKeys',
    'loadDirectoryFileInfo loadFileAsBase64 loadJsonContent loadTextContent loadYamlContent',
    'managementGroup managementGroupResourceId map mapValues max min nameof newGuid objectKeys',
    'padLeft parseCidr pickZones providers range reduce reference replace resourceGroup resourceId',
    'shallowMerge skip sort split startsWith string subscription subscriptionResourceId substring',
    'take tenant tenantResourceId toLogicalZone toLower toObject toPhysicalZone toUpper trim union',
    'uniqueString uri uriComponent uriComponentToString utcNow',
  ].flatMap((line) => line.split(' ')),
)
