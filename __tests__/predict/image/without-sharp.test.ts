import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installation, node, writeFiles } from '../../child';

test('facemark does not load sharp before a picture comes, and says in a sentence when its part for the platform is missing', async () => {
  const cwd = installation();
  const sharp = join(cwd, 'node_modules', 'sharp');
  rmSync(sharp);
  writeFiles(sharp, { 'index.js': "throw new Error('Could not load the sharp module')" });
  writeFileSync(join(cwd, 'a.png'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  writeFileSync(join(cwd, 'a.pgm'), 'P2 1 1 255 7 ');
  const code = `
    const { readImage } = require('./node_modules/facemark');
    readImage('a.pgm').then(({ pixels }) => console.log(pixels[0])).then(() => readImage('a.png')).catch(({ code, message }) => console.log(code, message));`;
  expect(await node(['-e', code], { cwd })).toEqual({
    code: 0,
    stdout:
      '7\ndecoder pictures cannot be decoded here: the part of sharp for this platform is not installed (npm install --omit=optional leaves it out; npm install --include=optional sharp brings it). PGM files and raw pixels work without it.\n',
    stderr: '',
  });
});
