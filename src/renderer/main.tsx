import { createConnection, dialFor } from './connect.ts';
import { mount } from './mount.tsx';

mount(createConnection(dialFor(window)));
