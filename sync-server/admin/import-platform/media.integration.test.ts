import { stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import sharp from 'sharp';
import { expect, test } from 'vitest';

import { objectKey } from '../../files/object-store.ts';
import { importBedForEachTest, picture, reasons, type ImportBed } from '../../testing/import-bed.ts';
import { gotchaPlatform, PHOTO_KEYS } from '../../testing/platform-gotchas.ts';

let bed: ImportBed;
importBedForEachTest((made) => void (bed = made));

test('[IMPORT-4] files come from the media folder by each form of their address; one that is missing leaves a note', async () => {
  const { summary } = await bed.fromDump(gotchaPlatform(), { more: ['--media', await bed.mediaFolder()] });
  expect(reasons(summary.mended)).toMatchObject({
    'message_attachment: stays behind with a note in its message: its file is not in the media folder': ['94'],
  });
  const messages = await bed.history('acme@agency.example', 201);
  const urls = messages.flatMap(({ attachment_url: url }) => url ?? []);
  expect(urls).toHaveLength(3);
  const bytes = await fetch(`${bed.server.running.url}${urls[1]}`, {
    headers: { authorization: `Bearer ${await bed.token('rosa@people.example')}` },
  });
  expect([bytes.status, bytes.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(Buffer.from(await bytes.arrayBuffer()).equals(await picture())).toBe(true);
});

test('[IMPORT-4] files are not left behind unless that is said', async () => {
  const { code, stderr } = await bed.fromDump(gotchaPlatform(), { more: [] });
  expect(code).toBe(2);
  expect(stderr).toContain('4 messages have files');
  expect(stderr).toContain('--media <folder>');
  expect(await bed.thread(201)).toEqual([]);
});

test('[IMPORT-4] the folder may hold the bucket; nothing outside of it is taken, by a link neither', async () => {
  const [inside, linked] = PHOTO_KEYS;
  const media = await bed.mediaFolder([join('iayos_files', inside)]);
  await symlink(await bed.file('secret.png', await picture()), join(media, 'iayos_files', linked));
  const { summary } = await bed.fromDump(gotchaPlatform(), { more: ['--media', media] });
  expect(summary.taken.files.new).toBe(1);
  expect(reasons(summary.mended)).toMatchObject({
    'message_attachment: stays behind with a note in its message: its file is not in the media folder': ['92', '93', '94'],
  });
});

test('[IMPORT-4] photos come without their place; what is no photo, or a program, stays behind with a note', async () => {
  const [photo, broken, program] = PHOTO_KEYS;
  const place = { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '6/1 54/1 0/1' } };
  const placed = await sharp(await picture())
    .withExif(place)
    .png()
    .toBuffer();
  expect((await sharp(placed).metadata()).exif).toBeDefined();
  const media = await bed.mediaFolder([photo]);
  await bed.file(join('media', photo), placed);
  await bed.file(join('media', broken), placed.subarray(0, 40));
  await bed.file(join('media', program), Buffer.from('#!/bin/sh'));
  const { summary } = await bed.fromDump(gotchaPlatform(), { more: ['--media', media] });
  expect(reasons(summary.mended)).toMatchObject({
    'message_attachment: stays behind with a note in its message: its file calls itself an image and is none that can be read': [
      '92',
    ],
    'message_attachment: stays behind with a note in its message: its file is a program': ['93'],
  });

  const urls = (await bed.history('acme@agency.example', 201)).flatMap(({ attachment_url: url }) => url ?? []);
  expect(urls).toHaveLength(1);
  const authorization = `Bearer ${await bed.token('rosa@people.example')}`;
  const served = await fetch(new URL(urls[0]!, bed.server.running.url), { headers: { authorization } });
  const { width, height, exif } = await sharp(Buffer.from(await served.arrayBuffer())).metadata();
  expect([width, height, exif]).toEqual([80, 40, undefined]);
});

test('[IMPORT-4] a plan or an icon comes as the file that it is', async () => {
  const [photo] = PHOTO_KEYS;
  const media = await bed.mediaFolder([photo]);
  const plan = Buffer.concat([Buffer.from('8BPS\0\x01'), Buffer.alloc(40)]);
  await bed.file(join('media', photo), plan);
  const { summary } = await bed.fromDump(gotchaPlatform(), { more: ['--media', media] });
  expect(summary.taken.files.new).toBe(1);
});

test('[IMPORT-4] files go where the server keeps its own, under its rules, and are held back where it looks for viruses', async () => {
  const store = join(bed.folder, 'elsewhere');
  bed.env = { FILES_URL: `file://${store}`, FILES_SCAN_COMMAND: 'true', FILES_TYPES: 'image/*' };
  const media = await bed.mediaFolder();
  await bed.file(join('media', PHOTO_KEYS[1]), 'a note');
  const { code, summary } = await bed.fromDump(gotchaPlatform(), { more: ['--media', media] });
  expect(code).toBe(0);
  expect(reasons(summary.mended)).toMatchObject({
    'message_attachment: stays behind with a note in its message: its file is of a kind that is not taken here': ['92'],
  });
  const rows = await bed.server.db.read((db) => db.rows<{ state: string; sha256: Buffer }>('SELECT state, sha256 FROM files'));
  expect(rows.map(({ state }) => state)).toEqual(['held', 'held']);
  expect((await stat(join(store, objectKey(rows[0]!.sha256)))).isFile()).toBe(true);
});
