/**
 * The law of imports, for dependency-cruiser (`npm run law`): a file in lib/ imports only from its own room or from a
 * lower floor, type imports included. CONTRIBUTING.md draws the house.
 */
const FLOORS = [
  ['landmarks', 'errors', 'options', 'random', 'files', 'processes', 'trigonometry', 'version'],
  ['backend'],
  ['data'],
  ['prepare'],
  ['model'],
  ['bundle'],
  ['train'],
  ['predict'],
  ['evaluate'],
  ['draw'],
  ['run'],
  ['serve'],
  ['doctor'],
  ['cli', 'jest-environment'],
];
/** Rooms that never see a tensor: they may ask `backend/` for an engine, but not for `tf`. */
const WITHOUT_TENSORS = ['data', 'evaluate', 'draw', 'run', 'serve', 'doctor', 'cli'];

const paths = (rooms) => `^lib/(${rooms.join('|')})(/|\\.ts$)`;

const downhill = FLOORS.slice(0, -1).map((rooms, floor) => ({
  name: `floor-${floor}-imports-only-downhill`,
  comment: `${rooms.join(', ')}: floor ${floor} imports nothing from the floors above it`,
  severity: 'error',
  from: { path: paths(rooms) },
  to: { path: paths(FLOORS.slice(floor + 1).flat()) },
}));

module.exports = {
  forbidden: [
    ...downhill,
    {
      name: 'one-door-to-tfjs',
      comment: 'only lib/backend/tf.ts imports @tensorflow/*, types included',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/backend/tf\\.ts$' },
      to: { path: '@tensorflow/' },
    },
    {
      name: 'no-tensors-here',
      comment: `${WITHOUT_TENSORS.join(', ')} work on plain data`,
      severity: 'error',
      from: { path: paths(WITHOUT_TENSORS) },
      to: { path: '^lib/backend/tf\\.ts$' },
    },
    {
      name: 'nobody-inside-uses-the-public-door',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^lib/index\\.ts$' },
    },
    {
      name: 'every-file-has-a-room',
      comment: 'a new folder or file of lib/ gets a floor in .ci/law-of-imports.cjs first',
      severity: 'error',
      from: {},
      to: { path: '^lib/', pathNot: [paths(FLOORS.flat()), '^lib/index\\.ts$'] },
    },
    { name: 'no-barrels', severity: 'error', from: {}, to: { path: '^lib/.+/index\\.ts$' } },
    { name: 'no-cycles', severity: 'error', from: { path: '^lib/' }, to: { circular: true } },
    {
      name: 'no-lumber-rooms',
      comment: 'a helper lives with its one user or earns a name',
      severity: 'error',
      from: {},
      to: { path: '/(utils?|helpers?|common|misc)(/|\\.ts$)', pathNot: 'node_modules' },
    },
    {
      name: 'nothing-missing',
      severity: 'error',
      from: { path: '^lib/' },
      to: { couldNotResolve: true, pathNot: 'tfjs-node' },
    },
    {
      name: 'no-dev-packages',
      severity: 'error',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'jest-environment-node', // a peer: who uses facemark/jest-environment has Jest
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
