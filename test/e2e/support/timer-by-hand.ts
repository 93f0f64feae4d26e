/** Settings of a broker whose timer runs when a test fires it, whatever the time of day. */
export const timerByHand = { 'AzureWebJobs.rotation-timer.Disabled': 'true' }
