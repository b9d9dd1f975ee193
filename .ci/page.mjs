/**
 * The page of `facemark serve` in a real browser: headless Chromium, real files. `node .ci/page.mjs [--pictures FOLDER]` keeps screenshots.
 * Skipped, with a word, where there is no Chromium: `apt-get install chromium`, or CHROMIUM=/path/to/it.
 */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { serve, syntheticFaces, trainJob } from '../dist/index.js';

const { values } = parseArgs({ options: { pictures: { type: 'string' }, bundle: { type: 'string' } } });
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
if (!executablePath) {
  console.log('skipped: there is no Chromium here (apt-get install chromium, or CHROMIUM=/path/to/it)');
  process.exit(0);
}

const TOLERANCE_PX = 0.1; // between the server's points and the browser's, of a PNG
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1200, height: 860 };
const TOKEN = 'open-sesame';

const work = mkdtempSync(join(tmpdir(), 'facemark-page-'));
const bundle = values.bundle ?? (await train());
const pictures = values.pictures ?? join(work, 'pictures');
mkdirSync(pictures, { recursive: true });
await makePhotos();

const service = await serve({ faces: bundle, twin: bundle }, { port: 0, workers: 1 });
const locked = await serve({ faces: bundle }, { port: 0, workers: 1, token: TOKEN });
const browser = await chromium.launch({ executablePath, args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
try {
  await check('a sample is shown at once, with the points of both', async (page) => {
    const { rows, difference } = await settled(page);
    assert.equal(rows.length, 15);
    assert.equal(await page.locator('.point').count(), 15);
    assert.match(difference, /^Both find the same points\. The largest difference is .+ px, at the /);
    await page.getByRole('button', { name: 'Face 5' }).click();
    await page.waitForFunction(() => document.querySelector('#photo').ariaLabel === 'Photo: Face 5');
    assert.equal((await settled(page)).rows.length, 15);
    await shot(page, 'sample');
  });
  await check('a PNG from a file: both find the same points, in every box', async (page) => {
    await page.locator('#file').setInputFiles(join(work, 'photo.png'));
    await sameAs(page, 'photo.png', { x: 0, y: 0, width: 400, height: 300 });
    await page.locator('#box-x').fill('131');
    await page.locator('#box-y').fill('-12');
    await page.locator('#box-width').fill('215.4');
    await page.keyboard.press('Tab');
    await sameAs(page, 'photo.png', { x: 131, y: -12, width: 215, height: 300 });
  });
  await check('the keyboard moves the box and sizes it, and the points follow', async (page) => {
    await page.locator('#file').setInputFiles(join(work, 'photo.png'));
    await settled(page);
    await page.locator('.frame').focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowUp'])
      await page.keyboard.press(key);
    await sameAs(page, 'photo.png', { x: 4, y: 8, width: 396, height: 296 });
    await shot(page, 'keyboard');
  });
  await check('the mouse takes the box by a corner and by its middle', async (page) => {
    await page.locator('#file').setInputFiles(join(work, 'photo.png'));
    await settled(page);
    const { x, y, width } = await page.locator('#overlay').boundingBox();
    const perPixel = width / 400;
    const drag = async (from, to) => {
      await page.mouse.move(x + from[0] * perPixel, y + from[1] * perPixel);
      await page.mouse.down();
      await page.mouse.move(x + to[0] * perPixel, y + to[1] * perPixel, { steps: 4 });
      await page.mouse.up();
    };
    await drag([0, 0], [100, 20]);
    await drag([400, 300], [340, 260]);
    await drag([220, 30], [235, 40]);
    await sameAs(page, 'photo.png', { x: 115, y: 30, width: 240, height: 240 });
    await shot(page, 'photo');
  });
  await check(
    'a finger on a phone, in the dark; nothing scrolls sideways',
    async (page) => {
      await settled(page);
      const { x, y, width } = await page.locator('#overlay').boundingBox();
      const touch = await page.context().newCDPSession(page);
      const at = (type, ...points) =>
        touch.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
      await at('touchStart', [x + 2, y + 2]);
      for (const step of [0.04, 0.08, 0.1]) await at('touchMove', [x + 2 + width * step, y + 2 + width * step]);
      await at('touchEnd');
      const { box } = await settled(page);
      assert.deepEqual(box, { x: 26, y: 26, width: 230, height: 230 });
      const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
      assert.equal(whole, inner);
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      assert.equal(background, 'rgb(22, 23, 25)');
      await shot(page, 'phone-dark');
    },
    { viewport: PHONE, deviceScaleFactor: 2, hasTouch: true, isMobile: true, colorScheme: 'dark' },
  );
  await check('a pasted and a dropped photo', async (page) => {
    const bytes = [...readFileSync(join(work, 'photo.png'))];
    for (const type of ['paste', 'drop']) {
      await page.evaluate(
        ([type, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], `${type}.png`, { type: 'image/png' }));
          const event =
            type === 'paste'
              ? new ClipboardEvent(type, { clipboardData: data, bubbles: true })
              : new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector('#stage').dispatchEvent(event);
        },
        [type, bytes],
      );
      await page.waitForFunction((name) => document.querySelector('#photo').ariaLabel === name, `Photo: ${type}.png`);
      await sameAs(page, 'photo.png', { x: 0, y: 0, width: 400, height: 300 });
    }
  });
  await check('a turned JPEG is upright for both', async (page) => {
    await page.locator('#file').setInputFiles(join(work, 'turned.jpg'));
    const { box, rows } = await settled(page);
    assert.deepEqual(box, { x: 0, y: 0, width: 400, height: 300 });
    console.log(`   apart in a JPEG: ${Math.max(...rows.map(({ apart }) => apart))} px`);
    await sameAs(page, 'turned.jpg', box);
  });
  await check(
    'what only the server can decode has its points; what nobody can, a sentence',
    async (page) => {
      await page.locator('#file').setInputFiles(join(work, 'photo.tif'));
      await page.waitForFunction(() => document.querySelector('#box-width').value === '400');
      await page.waitForFunction(() => document.querySelectorAll('.point').length === 15);
      assert.match(await page.locator('#browser-says').textContent(), /cannot show photo\.tif/);
      await page
        .locator('#file')
        .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') });
      await page.locator('#problem').waitFor();
      assert.match(
        await page.locator('#problem').textContent(),
        /^The picture is text; expected a picture: JPEG, PNG,/,
      );
      await shot(page, 'problem');
    },
    { errors: /status of 422/ },
  );
  await check(
    'names, by pointing and by the keyboard',
    async (page) => {
      await settled(page);
      await page.locator('[data-name=nose_tip] .reach').hover();
      assert.equal(await page.locator('.label').textContent(), 'nose tip');
      await page.locator('tr[data-name=left_eye_center] button').focus();
      assert.equal(await page.locator('.label').textContent(), 'left eye center');
      await shot(page, 'name');
    },
    { colorScheme: 'dark' },
  );
  await check('another network', async (page) => {
    await settled(page);
    await page.locator('#model').selectOption('twin');
    await settled(page);
  });
  await check(
    'a token, where one is asked for',
    async (page) => {
      await page.locator('#token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /^This is not the token/.test(document.querySelector('#problem').textContent));
      await shot(page, 'token');
      await page.locator('#token').fill(TOKEN);
      await page.keyboard.press('Enter');
      await settled(page);
      assert.equal(await page.locator('#token-form').isVisible(), false);
      const kept = await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]);
      assert.deepEqual(kept, [0, 0, '']);
    },
    { url: locked.url, errors: /status of 401/ },
  );
} finally {
  await browser.close();
  await service.close();
  await locked.close();
}
console.log(`The page holds; screenshots: ${pictures}`);

/** A test in a page of its own: nothing leaves the server, no policy is broken, no error is logged but those that are expected. */
async function check(title, test, { url = service.url, errors = /^$/, ...options } = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light', ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== url) wrong.push(`a request to ${request.url()}`);
  });
  page.on('pageerror', (error) => wrong.push(`an error: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !errors.test(message.text()))
      wrong.push(`${message.type()}: ${message.text()}`);
  });
  try {
    await page.goto(url);
    await test(page);
    assert.deepEqual(wrong, []);
    console.log(`ok ${title}`);
  } catch (thrown) {
    console.log(`failed ${title}: ${[...new Set(wrong)].join('; ')}\n${thrown.stack}`);
    await shot(page, 'failed');
    throw thrown;
  } finally {
    await context.close();
  }
}

/** What is on the page when both have answered. */
async function settled(page) {
  await page.waitForFunction(
    () =>
      /^\d+ ms/.test(document.querySelector('#server-says').textContent) &&
      document.querySelector('#difference').textContent !== '',
  );
  return page.evaluate(() => ({
    difference: document.querySelector('#difference').textContent,
    box: Object.fromEntries(
      ['x', 'y', 'width', 'height'].map((name) => [name, Number(document.querySelector(`#box-${name}`).value)]),
    ),
    rows: [...document.querySelectorAll('#points tr')].map((row) => {
      const [x, y, apart] = [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent));
      return { name: row.dataset.name, x, y, apart };
    }),
  }));
}

/** The page shows this box, and the points that the service finds in it; the browser's are the same, but for JPEGs. */
async function sameAs(page, file, box) {
  const shown = await settled(page);
  assert.deepEqual(shown.box, box);
  const { faces } = await service.pool.predictImage(readFileSync(join(work, file)), { model: 'faces', box });
  for (const { name, x, y, apart } of shown.rows) {
    const { [name]: point } = faces[0].landmarks;
    assert.ok(
      Math.hypot(x - point.x, y - point.y) < 0.08,
      `${name}: ${x}, ${y} on the page, ${point.x}, ${point.y} by the pool`,
    );
    assert.ok(apart <= TOLERANCE_PX || file.endsWith('.jpg'), `${name}: ${apart} px apart`);
  }
}

async function shot(page, name) {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** A network that finds something: on synthetic faces, in seconds. */
async function train() {
  const out = join(work, 'faces');
  const faces = syntheticFaces({ count: 1000 });
  await trainJob({ faces, centre: 'perCoordinate', initializer: 'zeroOutput', learningRate: 0.3, out });
  return join(out, 'bundle');
}

/** A face in colour beside the middle of a photo of 400×300, as PNG, as TIFF, and as a JPEG that lies on its side. */
async function makePhotos() {
  const { pixels } = syntheticFaces({ count: 1, size: 240, seed: 7 });
  const gray = await sharp(pixels, { raw: { width: 240, height: 240, channels: 1 } })
    .png()
    .toBuffer();
  const face = await sharp(gray).toColourspace('srgb').tint({ r: 200, g: 150, b: 120 }).png().toBuffer();
  const photo = sharp({ create: { width: 400, height: 300, channels: 3, background: '#3c5a6e' } });
  const png = await photo
    .composite([{ input: face, left: 115, top: 30 }])
    .png()
    .toBuffer();
  writeFileSync(join(work, 'photo.png'), png);
  writeFileSync(join(work, 'photo.tif'), await sharp(png).tiff().toBuffer());
  const onItsSide = await sharp(png).rotate(-90).withMetadata({ orientation: 6 }).jpeg({ quality: 90 }).toBuffer();
  writeFileSync(join(work, 'turned.jpg'), onItsSide);
}
