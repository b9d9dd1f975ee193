/** Faces to try it with, drawn in the page by facemark's own synthetic faces, each from its seed: nobody real, and nothing to download. */

/** Of the faces that are offered. */
const SEEDS = [70_026, 70_015, 70_023, 70_033, 70_043, 70_046];
const SMALL = 64; // pixels, of a button
const LARGE = 256;

/** Fills `group` with a button for each face; `choose` gets the one that is pressed as a PNG. */
export function offerSamples(group: HTMLElement, choose: (file: Blob, name: string) => void): void {
  const worker = new Worker('/page/sample-worker.js', { type: 'module' });
  const buttons = SEEDS.map((seed, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.setAttribute('aria-label', `Face ${i + 1}`);
    button.addEventListener('click', () => worker.postMessage({ seed, size: LARGE }));
    return button;
  });
  group.append(...buttons);
  worker.onmessage = ({ data: { seed, size, gray } }) => {
    const button = buttons[SEEDS.indexOf(seed)] as HTMLButtonElement;
    const canvas = paint(gray, size);
    if (size === SMALL) button.append(canvas);
    else if (button.ariaPressed === 'true') canvas.toBlob((file) => choose(file as Blob, button.ariaLabel as string));
  };
  for (const seed of SEEDS) worker.postMessage({ seed, size: SMALL });
}

/** Gray values [size, size] on a canvas. */
function paint(gray: Uint8Array, size: number): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const picture = context.createImageData(size, size);
  for (const [i, value] of gray.entries()) picture.data.set([value, value, value, 255], i * 4);
  context.putImageData(picture, 0, 0);
  return canvas;
}
