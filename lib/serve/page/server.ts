/** What the page asks its server. The token, where one is asked for, is kept here, in memory only. */

import type { NamedPoints } from '../../landmarks/points';
import type { BareBundle } from '../../predict/bare-predictor';
import type { Box } from '../../predict/image/resize';

/** An error of the service: its sentence, and its code. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** Of `POST /v1/predict`, as far as the page needs it: sizes and points in pixels of the upright photo. */
export interface Prediction {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly { readonly landmarks: NamedPoints }[];
}

let token: string | undefined;

/** Sends this token from now on. */
export function useToken(text: string): void {
  token = text;
}

/** Whether there is one, right or wrong. */
export function hasToken(): boolean {
  return token !== undefined;
}

/** Names of the networks that it serves. */
export async function modelNames(): Promise<string[]> {
  const { models } = await (await ask('/v1/models')).json();
  return models.map(({ name }: { name: string }) => name);
}

/** The points that the server finds in a box of a photo; in the whole photo without one. */
export async function predict(
  photo: Blob,
  model: string,
  box: Box | undefined,
  signal: AbortSignal,
): Promise<Prediction> {
  const query = new URLSearchParams({ model });
  if (box) query.set('box', [box.x, box.y, box.width, box.height].join());
  const headers = { 'content-type': 'application/octet-stream' };
  return (await ask(`/v1/predict?${query}`, { method: 'POST', body: photo, headers, signal })).json();
}

/** A network, to be run here. */
export async function download(name: string): Promise<BareBundle> {
  const folder = `/v1/models/${encodeURIComponent(name)}/files`;
  const manifest = await (await ask(`${folder}/facemark.json`)).json();
  const [model, weights] = await Promise.all([
    ask(`${folder}/${manifest.files.model.name}`).then((response) => response.json()),
    ask(`${folder}/${manifest.files.weights.name}`).then((response) => response.arrayBuffer()),
  ]);
  return { manifest, model, weights };
}

/** @throws Problem for every answer that is none; AbortError when the signal says so */
async function ask(path: string, request: RequestInit = {}): Promise<Response> {
  const headers = { ...request.headers, ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(path, { ...request, headers }).catch((thrown) => {
    if (thrown.name === 'AbortError') throw thrown;
    throw new Problem('gone', 'The server does not answer; is it still running?');
  });
  if (response.ok) return response;
  const { code, detail } = await response.json().catch(() => ({ code: 'none', detail: response.statusText }));
  throw new Problem(code, detail);
}
