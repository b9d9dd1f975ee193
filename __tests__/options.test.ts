import { checkNumber, checkOneOf, withDefaults } from '../lib/options';

test('an option that is undefined counts as not given', () => {
  expect(withDefaults({ a: 1, b: 2 }, { a: undefined, b: 3, c: 4 })).toEqual({ a: 1, b: 3, c: 4 });
});

test.each([
  [{ integer: true, atLeast: 1 }, 0, 'n is 0; expected a whole number of at least 1.'],
  [{ integer: true, atLeast: 1 }, 1.5, 'n is 1.5; expected a whole number of at least 1.'],
  [{ above: 0, below: 1 }, 1, 'n is 1; expected a number above 0 and below 1.'],
  [{ above: 0 }, Number.NaN, 'n is NaN; expected a number above 0.'],
  [{ atMost: 5 }, Infinity, 'n is Infinity; expected a number of at most 5.'],
  [{ atLeast: 1 }, '7' as unknown as number, 'n is 7; expected a number of at least 1.'],
])('a number outside %j is refused', (range, value, sentence) => {
  expect(() => checkNumber('n', value, range)).toThrow(sentence);
});

test('a number inside its range passes', () => {
  expect(() => checkNumber('n', 0.3, { above: 0, below: 1 })).not.toThrow();
});

test('a name that is none of the choices is refused with the choices', () => {
  expect(() => checkOneOf('activation', 'tan' as 'tanh', ['tanh', 'relu' as 'tanh'])).toThrow(
    'activation is "tan"; expected one of tanh, relu.',
  );
});
