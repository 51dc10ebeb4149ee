import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { type Lock, sbomOf } from './sbom.ts';

/** Prints what a release is made from (CycloneDX). */
const path = fileURLToPath(new URL('../../../package-lock.json', import.meta.url));
const lock = JSON.parse(await readFile(path, 'utf8')) as Lock;
console.log(JSON.stringify(sbomOf(lock, new Date()), null, 2));
