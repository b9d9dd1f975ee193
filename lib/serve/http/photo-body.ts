/** The photo of a request, raw or in a form, and where its face is. Only bytes are taken: never a path, never an address. */

import type { FastifyError, FastifyRequest } from 'fastify';
import { FacemarkError, messageOf } from '../../errors';
import type { Box } from '../../predict/image/resize';
import { HttpProblem } from './problem';

export interface PhotoRequest {
  readonly image: Uint8Array;
  readonly box: Box | undefined;
  readonly model: string | undefined;
}

/** What a form may hold beside the photo: `box` and `model`, each some bytes long. */
export const FORM_LIMITS = { files: 1, fields: 4, parts: 5, fieldSize: 1000, fieldNameSize: 100 } as const;
/** The last is what curl says of any file that it is told no type of. */
const PHOTO_TYPES = /^(image\/[\w.+*-]+|application\/octet-stream|application\/x-www-form-urlencoded)$/i;

/**
 * Reads the body.
 *
 * @throws FacemarkError `bad-request`, HttpProblem `unsupported-media-type`
 */
export async function readPhoto(request: FastifyRequest): Promise<PhotoRequest> {
  const { box, model } = request.query as Record<string, unknown>;
  const asked = { box: boxOf(box), model: textOf('model', model) };
  if (request.isMultipart()) return { ...asked, ...(await readForm(request)) };
  const type = (request.headers['content-type'] ?? 'application/octet-stream').split(';')[0]?.trim() ?? '';
  if (!PHOTO_TYPES.test(type))
    throw new HttpProblem(
      'unsupported-media-type',
      `the content type is ${type}; expected image/*, application/octet-stream, or a form, multipart/form-data, with the photo in it.`,
    );
  return { ...asked, image: (request.body as Buffer | undefined) ?? new Uint8Array() };
}

async function readForm(request: FastifyRequest): Promise<Partial<PhotoRequest> & Pick<PhotoRequest, 'image'>> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new HttpProblem(
      'unsupported-media-type',
      'the form is compressed; expected it as it is, or the photo alone.',
    );
  let image: Uint8Array | undefined;
  const fields: Record<string, unknown> = {};
  try {
    for await (const part of request.parts({ limits: FORM_LIMITS }))
      if (part.type === 'file') image = await part.toBuffer();
      else fields[part.fieldname] = part.value;
  } catch (thrown) {
    if ((thrown as FastifyError).statusCode !== undefined) throw thrown; // a limit, or no form at all
    throw bad(`the form is broken (${messageOf(thrown)}); expected whole multipart/form-data.`);
  }
  if (!image) throw bad('the form has no file in it; expected the photo, under any name.');
  const box = boxOf(fields.box);
  const model = textOf('model', fields.model);
  return { image, ...(box && { box }), ...(model && { model }) };
}

/** `x,y,width,height` */
function boxOf(value: unknown): Box | undefined {
  const text = textOf('box', value);
  if (text === undefined) return undefined;
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [x, y, width, height] = numbers as [number, number, number, number];
  if (numbers.length !== 4 || !numbers.every(Number.isFinite))
    throw bad(
      `box is ${JSON.stringify(text.slice(0, 100))}; expected x,y,width,height in pixels of the upright photo.`,
    );
  return { x, y, width, height };
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw bad(`${name} is given more than once, or as a file; expected it once.`);
}

function bad(message: string): FacemarkError {
  return new FacemarkError('bad-request', message);
}
