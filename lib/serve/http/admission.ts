/**
 * Admission: what the service takes in at the same time has a bound, in requests and in bytes, and is known before a body is read. One more
 * is answered 503 at once, so that a crowd costs neither memory nor the time of those who are in.
 */

import { FacemarkError } from '../../errors';

export interface Admission {
  /**
   * Lets a request in.
   *
   * @param bytes of its body; those that it may have where it does not say
   * @returns what must be called when it is answered or gone
   * @throws FacemarkError `overloaded`
   */
  enter(bytes: number): () => void;
  /** Requests that are in. */
  readonly inside: number;
}

/** A door with room for so many requests and so many bytes; a request that is alone always gets in. */
export function admission(maxRequests: number, maxBytes: number): Admission {
  let requests = 0;
  let bytesInside = 0;
  return {
    get inside() {
      return requests;
    },
    enter(bytes) {
      if (requests > 0 && (requests >= maxRequests || bytesInside + bytes > maxBytes))
        throw new FacemarkError('overloaded', 'the service has as much to do as it takes in; try again in a second.');
      requests++;
      bytesInside += bytes;
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        requests--;
        bytesInside -= bytes;
      };
    },
  };
}
