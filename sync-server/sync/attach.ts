import type { AttachSync } from '../server.ts';

/** The sockets of this server. Until there are any, an upgrade is told to try later. */
export const attachSync: AttachSync = async () => ({
  routes: [],
  sync: {
    handleUpgrade(_request, socket) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n\r\n');
    },
    async stop() {},
  },
});
