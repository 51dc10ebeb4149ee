/** Between Electron's main process and its preload; the page never sees these names. */
export const PORT_REQUEST = 'trialogue:port-request';
export const PORT_ANSWER = 'trialogue:port';
