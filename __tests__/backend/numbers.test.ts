/** Numbers in and out of tensors: all of them, in any portions, and never the memory of somebody else. */

import { useBackend } from '../../lib/backend/choose';
import { readNumbers, tensorOf } from '../../lib/backend/numbers';
import { tf } from '../../lib/backend/tf';
import { WORKING_BACKENDS } from '../working-backends';

const MANY = 2 ** 21 + 5; // more than two portions of an engine that hands out copies

describe.each(WORKING_BACKENDS)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('more numbers than a portion are read whole, and from any place on', () => {
    const before = tf.memory().numTensors;
    const values = Float32Array.from({ length: MANY }, (_, i) => i);
    const tensor = tensorOf(values, [MANY, 1]);
    expect(Buffer.compare(bytes(readNumbers(tensor)), bytes(values))).toBe(0);
    const from = 2 ** 20 - 2;
    const part = readNumbers(tensor, new Float32Array(2 ** 20 + 4), from);
    expect(Buffer.compare(bytes(part), bytes(values.subarray(from, from + part.length)))).toBe(0);
    tensor.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('what is read is a copy, of a tensor that no op has asked for yet too', () => {
    for (const tensor of [tf.tensor1d([1, 2, 3]), tf.tidy(() => tf.add(tf.tensor1d([0, 1, 2]), 1))]) {
      readNumbers(tensor).fill(9);
      expect(Array.from(tensor.dataSync())).toEqual([1, 2, 3]);
      tensor.dispose();
    }
  });

  test('a tensor stays as it is when the array that it was made of changes, wherever that lies', () => {
    for (let length = 1; length <= 200; length++) {
      const values = new Float32Array(length).fill(2);
      const tensor = tensorOf(values, [length]);
      values.fill(9);
      expect(new Set(readNumbers(tensor))).toEqual(new Set([2]));
      tensor.dispose();
    }
  });
});

function bytes({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
