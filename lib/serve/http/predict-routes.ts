/** `POST /v1/predict`: a photo in, named points out; and which networks there are. */

import type { FastifyInstance } from 'fastify';
import type { Box } from '../../predict/image/resize';
import type { ImagePrediction } from '../../predict/predict-image';
import { chooseModel } from '../networks';
import type { Pool } from '../pool';
import { readPhoto } from './photo-body';
import { answers, BYTES, MODELS, PHOTO_FORM, PHOTO_QUERY, PREDICTION } from './schemas';

const PREDICT = {
  operationId: 'predict',
  summary: 'The landmarks of the face on a photo',
  description:
    'Send the photo as it is (JPEG, PNG, WebP, GIF, TIFF, AVIF or PGM, known by its bytes), or as the file of a form. EXIF orientation is honoured; points come back in pixels of the upright photo.',
  consumes: ['image/*', 'application/octet-stream', 'multipart/form-data'],
  querystring: PHOTO_QUERY,
  body: {
    content: {
      'image/*': { schema: BYTES },
      'application/octet-stream': { schema: BYTES },
      'multipart/form-data': { schema: PHOTO_FORM },
    },
  },
  response: answers({ 200: { description: 'Points', ...PREDICTION } }),
};

/** Answers a photo here, or is undefined for one that the pool should answer. */
export type AnswerInline = (
  image: Uint8Array,
  asked: { readonly model: string; readonly box: Box | undefined },
) => Promise<ImagePrediction> | undefined;

/** Adds the routes. */
export function addPredictRoutes(app: FastifyInstance, pool: Pool, answerInline: AnswerInline): void {
  app.post('/v1/predict', { schema: PREDICT, config: { takesIn: true } }, async (request) => {
    const { image, box, model: asked } = await readPhoto(request);
    const model = chooseModel(pool.models, asked);
    const inline = answerInline(image, { model, box });
    return { model, ...(await (inline ?? pool.predictImage(image, { box, model, signal: request.gone }))) };
  });
  const list = {
    operationId: 'models',
    summary: 'The networks',
    response: answers({ 200: { description: 'Networks', ...MODELS } }),
  };
  app.get('/v1/models', { schema: list }, async () => ({
    models: Object.entries(pool.models).map(([name, { width, height, landmarks, weightsSha256 }]) => ({
      ...{ name, width, height, landmarks, weightsSha256 },
    })),
  }));
}
