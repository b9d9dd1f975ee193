import * as facemark from '../lib';

test('the public door has these names and no others', () => {
  expect(Object.keys(facemark).sort()).toEqual(
    [
      ...['ACTIVATIONS', 'BACKENDS', 'FacemarkError', 'INITIALIZERS', 'KAGGLE_LANDMARKS', 'SOLVERS', 'buildModel'],
      ...['coordinateNames', 'createPredictor', 'evaluate', 'groupsOf', 'kaggleSchema', 'nextSteps', 'prepare'],
      ...['readFaces', 'readGroups', 'schemaOf', 'selectFaces', 'setBestWeights', 'syntheticFaces', 'tf', 'train'],
      ...['trainJob', 'useBackend', 'version'],
    ].sort(),
  );
});

test('tf has the names of tfjs-core and of tfjs-layers', () => {
  expect(typeof facemark.tf.matMul).toBe('function');
  expect(typeof facemark.tf.layers.dense).toBe('function');
});
