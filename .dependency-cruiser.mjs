// The floors of Sluice and what each may import; ARCHITECTURE.md says why. `house/floors.test.ts` plants one violation
// of every rule and sees that rule fire.

/** Lowest first: a floor imports only floors that stand before it. */
const FLOORS = [
  'foundation',
  'problem',
  'data',
  'features',
  'models',
  'retrieval',
  'ranking',
  'reranking',
  'policy',
  'evaluation',
  'application',
  'training',
  'serving',
  'monitoring',
  'systems',
  'console',
  'cli',
]

/** Floors without I/O: clock, randomness and engines come as arguments. */
const PURE = '^src/(foundation|problem|models|ranking|reranking|policy|evaluation)/'

/** The one file of the pure floors that may start threads. */
const WORKER_THREADS = '^src/foundation/worker-threads[.]ts$'

const TESTS = '[.](test|test-long)[.]ts$'

/** Packages that talk to a disk, a network or a terminal. */
const ENGINES =
  '(^|node_modules/)(lmdb|fastify|@fastify|pino|prom-client|commander|@duckdb|pg|redis|nats|@nats-io|kafkajs)(/|$)'

/** Computes only, so the tests of a pure floor may run in it what the floor has written. */
const ONNX_RUNTIME = '(^|node_modules/)onnxruntime-node(/|$)'

const anyOf = (names) => `^src/(${names.join('|')})/`

const forbidden = [
  {
    name: 'no-cycles',
    comment: 'no import cycle, type imports included: a floor can then be read, tested and replaced alone',
    from: {},
    to: { circular: true },
  },
  ...FLOORS.slice(0, -1).map((floor, index) => ({
    name: 'downwards-only',
    comment: 'a floor imports only the floors below it',
    from: { path: anyOf([floor]) },
    to: { path: anyOf(FLOORS.slice(index + 1)) },
  })),
  {
    name: 'downwards-only',
    comment: 'the package’s own index is for those who install it',
    from: { path: '^src/[^/]+/' },
    to: { path: '^src/[^/]+[.]ts$' },
  },
  {
    name: 'front-door',
    comment: 'another floor is entered through its index.ts, which lists what it offers',
    from: { path: '^src/([^/]+)/' },
    to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index[.]ts$', '^src/adapters/[^/]+/index[.]ts$'] },
  },
  {
    name: 'front-door',
    comment: 'the package’s own index enters floors through their index.ts too',
    from: { path: '^src/[^/]+[.]ts$' },
    to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index[.]ts$' },
  },
  {
    name: 'not-own-index',
    comment: 'inside a floor import the file itself: its index is for others',
    from: { path: '^src/([^/]+)/', pathNot: TESTS },
    to: { path: '^src/$1/index[.]ts$' },
  },
  {
    name: 'models-see-arrays',
    comment: 'arrays in, arrays out: a model never sees events or features',
    from: { path: anyOf(['models']) },
    to: { path: anyOf(['data', 'features']) },
  },
  {
    name: 'evaluation-alone',
    comment: 'evaluation judges arrays, whatever made them',
    from: { path: anyOf(['evaluation']) },
    to: { path: '^src/', pathNot: anyOf(['evaluation', 'foundation', 'problem', 'testing']) },
  },
  {
    name: 'four-meet-in-training',
    comment: 'training is the lowest floor that sees data, features, models and evaluation together',
    from: { path: anyOf(['application']) },
    to: { path: anyOf(['evaluation']) },
  },
  {
    name: 'pure-without-node',
    comment: 'a pure floor does no I/O; threads start in src/foundation/worker-threads.ts',
    from: { path: PURE, pathNot: [TESTS, WORKER_THREADS] },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'pure-without-node',
    comment: 'this file starts threads and does nothing else',
    from: { path: WORKER_THREADS },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?worker_threads$' },
  },
  {
    name: 'pure-without-engines',
    comment: 'a pure floor takes what talks to a disk or a network as an argument',
    from: { path: PURE },
    to: { path: ENGINES },
  },
  {
    name: 'pure-without-engines',
    comment: 'a pure floor writes ONNX and leaves running it to others; its tests may run it',
    from: { path: PURE, pathNot: TESTS },
    to: { path: ONNX_RUNTIME },
  },
  {
    name: 'systems-apart',
    comment: 'a system is made of the floors below, never of another system',
    from: { path: '^src/systems/([^/]+)/' },
    to: { path: '^src/systems/[^/]+/', pathNot: '^src/systems/$1/' },
  },
  {
    name: 'console-talks-http',
    comment: 'the console knows the server by its HTTP alone',
    from: { path: anyOf(['console']) },
    to: { path: '^src/', pathNot: anyOf(['console', 'foundation', 'testing']) },
  },
  {
    name: 'adapters-see-ports',
    comment: 'an adapter implements a port of data or features and knows nothing above them',
    from: { path: anyOf(['adapters']) },
    to: { path: '^src/', pathNot: anyOf(['adapters', 'foundation', 'problem', 'data', 'features', 'testing']) },
  },
  {
    name: 'adapters-by-cli-only',
    comment: 'engines are chosen on the command line; no floor depends on one',
    from: { path: '^src/', pathNot: anyOf(['adapters', 'cli']) },
    to: { path: anyOf(['adapters']) },
  },
  {
    name: 'testing-by-tests-only',
    comment: 'conformance suites and seeded worlds are for tests, ours and other people’s, and for what tests share',
    from: { path: '^src/', pathNot: [TESTS, anyOf(['testing']), '^src/.+/testing/'] },
    to: { path: anyOf(['testing']) },
  },
  {
    name: 'tests-are-leaves',
    comment: 'nothing imports a test file',
    from: {},
    to: { path: TESTS },
  },
  {
    name: 'shipped-without-dev-packages',
    comment: 'what the npm package holds runs without the development dependencies; a peer is installed by its user',
    from: { path: '^src/', pathNot: TESTS },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
  },
].map((rule) => ({ severity: 'error', ...rule }))

/** @type {import('dependency-cruiser').IConfiguration} */
// biome-ignore lint/style/noDefaultExport: the form that dependency-cruiser reads
export default {
  forbidden,
  options: {
    // Type imports count: they are what makes two floors impossible to understand apart.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/foundation/kernels/assembly/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
}
