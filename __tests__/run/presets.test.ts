import { PRESET_NAMES, PRESETS, withPreset } from '../../lib/run/presets';
import { checkNetOptions } from '../../lib/run/train-net';
import { messageFrom } from '../tiny-faces';

test('what is given beside a preset goes before it, and what is undefined does not', () => {
  const options = withPreset({ preset: 'convnet', iterations: 7, channels: undefined, network: undefined });
  expect(options).toEqual({ ...PRESETS.convnet, preset: 'convnet', iterations: 7 });
});

test('with another network beside it a preset keeps what that network has', () => {
  const { standardize: _, initializer: __, ...rest } = PRESETS.improved;
  const options = withPreset({ preset: 'improved', network: 'compact' });
  expect(options).toEqual({ ...rest, preset: 'improved', network: 'compact' });
  expect(checkNetOptions(options)).toMatchObject({ network: 'compact', channels: 16, learningRate: 1.5e-4 });
  const dense = withPreset({ preset: 'convnet', network: 'dense', hiddenUnits: 50 });
  expect(checkNetOptions(dense)).toMatchObject({ network: 'dense', hiddenUnits: [50], iterations: 120 });
});

test('without a preset nothing changes', () => {
  const options = { preset: undefined, iterations: 7 };
  expect(withPreset(options)).toBe(options);
});

test.each(PRESET_NAMES)('the preset %s can be trained', (preset) => {
  expect(() => checkNetOptions(PRESETS[preset])).not.toThrow();
});

test("the preset tutorial is the library's own defaults", () => {
  expect(checkNetOptions(PRESETS.tutorial)).toEqual(checkNetOptions({}));
});

test('the preset improved changes how the network is trained, not the network', () => {
  const { network, hiddenUnits, activation, bias } = checkNetOptions(PRESETS.improved) as Record<string, unknown>;
  expect({ network, hiddenUnits, activation, bias }).toEqual({
    ...{ network: 'dense', hiddenUnits: [100], activation: 'tanh', bias: true },
  });
});

test('a preset that there is not is refused', async () => {
  expect(await messageFrom(() => withPreset({ preset: 'best' as never }))).toBe(
    'preset is "best"; expected one of tutorial, improved, convnet.',
  );
});
