/**
 * Errors of the service: `application/problem+json` (RFC 9457), with a `code` that stays the same when a sentence is improved. The member
 * `error` is the sentence again, under the name that clients of the Open Inference Protocol look for.
 */

import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply } from 'fastify';
import { type ErrorCode, FacemarkError } from '../../errors';

/** Mistakes that only HTTP knows, beside the codes of FacemarkError. */
type HttpCode =
  | 'not-found'
  | 'method-not-allowed'
  | 'unauthorized'
  | 'unsupported-media-type'
  | 'slow-request'
  | 'header-too-large'
  | 'internal';

export interface Problem {
  /** `urn:facemark:problem:` and the code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The sentence. */
  readonly detail: string;
  readonly code: string;
  readonly error: string;
}

const STATUS: Readonly<Partial<Record<ErrorCode | HttpCode, number>>> = {
  'bad-request': 400,
  'bad-option': 400,
  mismatch: 400,
  unauthorized: 401,
  'not-found': 404,
  'no-model': 404,
  'method-not-allowed': 405,
  'slow-request': 408,
  'too-large': 413,
  'unsupported-media-type': 415,
  'bad-image': 422,
  'header-too-large': 431,
  aborted: 499, // nginx's: nobody is there to read it, but the log is
  worker: 500,
  overloaded: 503,
  closed: 503,
  timeout: 504,
};
/** Every code that the service answers with. */
export const PROBLEM_CODES = [...Object.keys(STATUS), 'internal'] as const;

const RETRY_AFTER_SECONDS = 1; // a full queue is worked off in seconds

/** What only HTTP refuses. */
export class HttpProblem extends Error {
  constructor(
    readonly code: HttpCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Any error as a problem; one that is not foreseen tells the client nothing but where to look. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const code = codeOf(thrown);
  const status = STATUS[code] ?? 500;
  const detail =
    code === 'internal'
      ? `something went wrong here; the log says what, at the request ${requestId}.`
      : sentenceOf(thrown);
  return {
    type: `urn:facemark:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Client Closed Request',
    status,
    detail,
    code,
    error: detail,
  };
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem, thrown?: unknown): FastifyReply {
  if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (thrown instanceof HttpProblem) void reply.headers(thrown.headers);
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

const LARGE = [
  'too-large',
  'the body has more bytes than this service takes in (maxBodyBytes, --max-body-bytes); expected a smaller photo.',
] as const;
const MANY = ['bad-request', 'the form has too many parts; expected one photo, and perhaps box and model.'] as const;
const TYPE = [
  'unsupported-media-type',
  'the content type cannot be read; expected one such as image/jpeg, or none.',
] as const;

/** What Fastify and its reader of forms refuse in words of their own: by their codes, ours. */
const OURS: Readonly<Record<string, readonly [ErrorCode | HttpCode, string]>> = {
  ...{ FST_ERR_CTP_BODY_TOO_LARGE: LARGE, FST_REQ_FILE_TOO_LARGE: LARGE },
  ...{ FST_FILES_LIMIT: MANY, FST_FIELDS_LIMIT: MANY, FST_PARTS_LIMIT: MANY },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: TYPE,
  FST_ERR_BAD_URL: ['bad-request', 'the address has a % that encodes nothing; expected %25 for a % itself.'],
};

function codeOf(thrown: unknown): ErrorCode | HttpCode {
  if (thrown instanceof HttpProblem) return thrown.code;
  if (thrown instanceof FacemarkError) return STATUS[thrown.code] === undefined ? 'internal' : thrown.code;
  const { statusCode, code } = Object(thrown) as FastifyError;
  const [ours] = OURS[code] ?? [];
  if (ours) return ours;
  if (statusCode === 413) return 'too-large';
  if (statusCode === 415 || statusCode === 406) return 'unsupported-media-type';
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? 'bad-request' : 'internal';
}

function sentenceOf(thrown: unknown): string {
  const { message, code } = thrown as FastifyError;
  const [, sentence] = OURS[code] ?? [];
  if (sentence) return sentence;
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
