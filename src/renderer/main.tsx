// oxlint-disable-next-line import/no-unassigned-import -- before anything that makes a schema
import './no-eval.ts';
import { createConnection, dialFor } from './connect.ts';
import { mount } from './mount.tsx';

mount(createConnection(dialFor(window)));
