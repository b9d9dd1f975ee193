import { cosine, sine } from '../lib/trigonometry';

test('sine and cosine are those of Math to 1e-13', () => {
  for (let i = -1000; i <= 1000; i++) {
    const x = (i / 1000) * (Math.PI / 2);
    expect(Math.abs(sine(x) - Math.sin(x))).toBeLessThan(1e-13);
    expect(Math.abs(cosine(2 * x) - Math.cos(2 * x))).toBeLessThan(1e-13);
  }
  expect([sine(0), cosine(0)]).toEqual([0, expect.closeTo(1, 15)]);
});
