import { contextBridge, ipcRenderer } from 'electron';

import { createPagePort } from './page-port.ts';

// The only thing that the page gets: neither `ipcRenderer` nor Node.
contextBridge.exposeInMainWorld('trialoguePort', createPagePort(ipcRenderer));
