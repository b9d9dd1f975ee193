/**
 * The page of `facemark serve`: a photo in, and the points that the server and this browser find in its box, drawn over each other. This
 * file holds what is on the page and who is told when it changes; what each part does stands in its own file.
 */

import type { Box } from '../../predict/image/resize';
import { boxEditor } from './box-editor';
import { startWorker } from './browser-network';
import { blank, decode, type Photo, paint } from './decode';
import { newestOnly } from './newest-only';
import { type Answers, largestDifference, pointsView, spoken, spokenPx } from './points-view';
import { offerSamples } from './sample-faces';
import { download, hasToken, modelNames, Problem, predict, useToken } from './server';

const REST_MS = 200; // the server gets the whole photo each time, so it is asked when the box has come to rest

const at = <E extends Element = HTMLElement>(id: string) => document.getElementById(id) as unknown as E;
const [stage, canvas, overlay] = [at('stage'), at<HTMLCanvasElement>('photo'), at<SVGSVGElement>('overlay')];
const model = at<HTMLSelectElement>('model');

let opened = 0; // files, so far
let photo: Photo | undefined;
let box: Box | undefined;
let browserBox: Box | undefined; // of the browser's answer; the server's is always of the box
let answers: Answers = { server: undefined, browser: undefined };

const editor = boxEditor(overlay, at('box'), (next) => {
  box = next;
  answers = { ...answers, server: undefined }; // it was of another box
  ask();
});
const view = pointsView(overlay, at('points'), (who) => at<HTMLInputElement>(`show-${who}`).checked);
const inWorker = startWorker();

const askServer = newestOnly(
  async (signal) => {
    if (!photo) return;
    const start = performance.now();
    try {
      const { faces, width, height } = await predict(photo.file, model.value, box, signal);
      if (signal.aborted) return;
      if (!box) showUnknown(width, height);
      answers = { ...answers, server: faces[0]?.landmarks };
      say('server', `${Math.round(performance.now() - start)} ms`);
      complain(undefined);
    } catch (thrown) {
      if ((thrown as Error).name === 'AbortError') return;
      say('server', 'no answer');
      complain(thrown as Error);
    }
    show();
  },
  { restMs: REST_MS, abort: true },
);
const askBrowser = newestOnly(async () => {
  if (!photo) return;
  if (!photo.pixels || !box) return say('browser', `cannot show ${photo.name}`);
  const [of, asked] = [photo, box];
  try {
    const { landmarks, ms } = await inWorker({ kind: 'points', box: asked });
    if (photo !== of) return;
    browserBox = asked;
    answers = { ...answers, browser: landmarks };
    say('browser', `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);
  } catch (thrown) {
    say('browser', (thrown as Error).message);
  }
  show();
});

function ask(): void {
  say('server', 'asked …');
  askServer();
  askBrowser();
  show();
}

/** Shows a file, its box the whole of it. */
async function open(file: Blob, name: string): Promise<void> {
  const turn = ++opened;
  const bitmap = await decode(file);
  if (turn !== opened) return; // another was faster
  photo = { file, name, ...(bitmap && paint(bitmap, canvas)) };
  answers = { server: undefined, browser: undefined };
  complain(undefined);
  canvas.setAttribute('aria-label', `Photo: ${name}`);
  const { pixels } = photo;
  box = pixels && { x: 0, y: 0, width: pixels.width, height: pixels.height };
  overlay.toggleAttribute('hidden', !box);
  if (pixels && box) {
    frame(box);
    void inWorker({ kind: 'photo', pixels }).catch(() => undefined); // a network that is missing says so itself
  } else blank(canvas, 1, 1);
  ask();
}

/** A photo of which only the server knows the size. */
function showUnknown(width: number, height: number): void {
  blank(canvas, width, height);
  box = { x: 0, y: 0, width, height };
  overlay.removeAttribute('hidden');
  frame(box);
}

/** Gives the photo its place, and the box to its editor. */
function frame(whole: Box): void {
  const { width, height } = whole;
  stage.style.setProperty('--ratio', String(width / height));
  overlay.setAttribute('viewBox', `0 0 ${width} ${height}`);
  editor.show(whole);
  rescale();
}

/** A pixel of the screen in pixels of the photo has changed. */
function rescale(): void {
  const unit = (overlay.viewBox.baseVal?.width ?? 0) / stage.clientWidth;
  if (!(unit > 0 && unit < Infinity)) return; // no photo yet, or no place for it
  editor.draw(unit);
  view.draw(unit);
}

/** While the browser still has an older box at hand, its points are not shown beside the server's. */
function show(): void {
  const isBehind = answers.server && browserBox !== box;
  const comparable = isBehind ? { ...answers, browser: undefined } : answers;
  view.show(comparable);
  const largest = largestDifference(comparable);
  at('difference').textContent = largest ? sentence(largest) : '';
}

function sentence({ px, name }: { px: number; name: string }): string {
  const where = `The largest difference is ${spokenPx(px)}, at the ${spoken(name)}.`;
  if (px <= 0.1) return `Both find the same points. ${where}`;
  return `${where} Browsers and servers decode JPEG and its like a little differently; of a PNG they find the same points.`;
}

function say(who: keyof Answers, text: string): void {
  at(`${who}-says`).textContent = text;
}

/** Shows an error as its sentence; who has brought no token yet is asked for it, and sees nothing else. */
function complain(thrown: Error | undefined): void {
  const isLocked = thrown instanceof Problem && thrown.code === 'unauthorized';
  if (isLocked)
    for (const [id, isHidden] of [
      ['token-form', false],
      ['main', true],
    ] as const)
      at(id).hidden = isHidden;
  const sentence = isLocked ? (hasToken() ? 'This is not the token of this service.' : '') : (thrown?.message ?? '');
  at('problem').hidden = sentence === '';
  at('problem').textContent = sentence.replace(/^./, (first) => first.toUpperCase());
}

/** The networks by name, and the chosen one into this browser. */
async function start(): Promise<void> {
  try {
    const names = await modelNames();
    model.replaceChildren(...names.map((name) => new Option(name)));
    at('model-field').hidden = false;
    at('token-form').hidden = true;
    at('main').hidden = false;
    complain(undefined);
  } catch (thrown) {
    return complain(thrown as Error);
  }
  await loadNetwork();
  if (photo) ask();
  else if (opened === 0) at('samples').querySelector('button')?.click();
}

async function loadNetwork(): Promise<void> {
  try {
    say('browser', 'loading …');
    await inWorker({ kind: 'network', bundle: await download(model.value) });
    say('browser', '');
  } catch (thrown) {
    say('browser', (thrown as Error).message);
  }
}

function openFirst(files: FileList | undefined): void {
  const file = files?.[0];
  if (!file) return;
  press(null);
  void open(file, file.name);
}

function press(button: Element | null): void {
  for (const each of at('samples').children) each.setAttribute('aria-pressed', String(each === button));
}

offerSamples(at('samples'), (file, name) => void open(file, name));
at('samples').addEventListener('click', ({ target }) => press((target as Element).closest('button')));
at<HTMLInputElement>('file').addEventListener('change', ({ target }) => {
  const input = target as HTMLInputElement;
  openFirst(input.files ?? undefined);
  input.value = ''; // the same file can be chosen again
});
document.addEventListener('paste', ({ clipboardData }) => openFirst(clipboardData?.files));
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  stage.classList.add('dropping');
});
document.addEventListener('dragleave', ({ relatedTarget }) => relatedTarget ?? stage.classList.remove('dropping'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  stage.classList.remove('dropping');
  openFirst(event.dataTransfer?.files);
});
for (const who of ['server', 'browser']) at(`show-${who}`).addEventListener('change', () => rescale());
model.addEventListener('change', () => {
  answers = { server: undefined, browser: undefined };
  void loadNetwork().then(ask);
});
at('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  useToken(at<HTMLInputElement>('token').value.trim());
  at<HTMLInputElement>('token').value = '';
  void start();
});
new ResizeObserver(rescale).observe(stage);
void start();
