import * as facemark from '../lib';

test('the public door has these names and no others', () => {
  expect(Object.keys(facemark).sort()).toEqual(
    [
      ...['FacemarkError', 'KAGGLE_LANDMARKS', 'coordinateNames', 'kaggleSchema', 'schemaOf', 'selectFaces', 'version'],
      ...['BACKENDS', 'tf', 'useBackend', 'doctor', 'doctorMarkdown', 'makeNative'],
      ...['MISSING_WORDS', 'groupsOf', 'readFaces', 'readGroups', 'syntheticFaces', 'writeFaces'],
      ...['prepare', 'AUGMENT_DEFAULTS', 'augmentFaces', 'ACTIVATIONS', 'INITIALIZERS', 'buildModel'],
      ...['CONV_NETS', 'NETWORKS', 'buildConvNet', 'multiplyAdds', 'networkName', 'PRESETS'],
      ...['OPTIMIZERS', 'SCHEDULES', 'SOLVERS', 'setBestWeights', 'train'],
      ...['copyCheckpoint', 'readCheckpoint', 'writeCheckpoint'],
      ...['createPredictor', 'loadPredictor', 'saveBundle', 'evaluate'],
      ...['IMAGE_LIMITS', 'cropFace', 'grayOf', 'readImage'],
      ...['drawComparison', 'drawFaces', 'drawHistory', 'drawPhoto', 'drawPredictions', 'renderPng'],
      ...['compareJob', 'evaluateJob', 'nextSteps', 'photosJob', 'predictJob', 'resumeJob', 'showJob', 'trainJob'],
      ...['createPool', 'serve', 'trainJobInWorker'],
    ].sort(),
  );
});

test('tf has the names of tfjs-core and of tfjs-layers', () => {
  expect(typeof facemark.tf.matMul).toBe('function');
  expect(typeof facemark.tf.layers.dense).toBe('function');
});
