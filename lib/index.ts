/** The public door of facemark, in the order of a face's journey. */

export { FacemarkError, type ErrorCode } from './errors';
export { coordinateNames, KAGGLE_LANDMARKS, kaggleSchema, type Schema, schemaOf } from './landmarks/schema';
export { type Faces, type ReadReport, selectFaces } from './landmarks/faces';

export { BACKENDS, type Backend, type BackendName, useBackend } from './backend/choose';
export { type LayersModel, type Tensor2D, tf } from './backend/tf';

export { type ReadFacesOptions, readFaces } from './data/read-faces';
export type { BytesRead, ReadFacesSource } from './data/source';
export { MISSING_WORDS } from './data/cells';
export { writeFaces } from './data/write-faces';
export { type Groups, groupsOf, readGroups, type ReadGroupsOptions } from './data/groups';
export { type SyntheticFacesOptions, syntheticFaces } from './data/synthetic/faces';

export { type Knowledge, type Part, type Prepared, type PrepareOptions, prepare } from './prepare/prepare';
export type { Centre, Scaling } from './prepare/scaling';

export { type Activation, ACTIVATIONS, type BuildModelOptions, buildModel } from './model/build-model';
export { type BuildConvNetOptions, buildConvNet, CONV_NETS, type ConvNetKind } from './model/build-conv-net';
export { type NetworkName, NETWORKS } from './model/networks';
export { multiplyAdds, networkName } from './model/describe';
export { INITIALIZERS, type InitializerName } from './model/initializers';

export {
  type Checkpoint,
  copyCheckpoint,
  type LiveArray,
  type LiveCheckpoint,
  type SolverState,
} from './bundle/checkpoint';
export { readCheckpoint, writeCheckpoint } from './bundle/checkpoint-file';

export { type Run, setBestWeights, train } from './train/train';
export type { CheckpointOptions } from './train/checkpoints';
export type { ResumeFrom } from './train/continuation';
export type { TrainOptions } from './train/train-options';
export type { Best, IterationReport, Stopped } from './train/watch';
export { SOLVERS, type SolverName } from './train/choose-solver';
export { AUGMENT_DEFAULTS, type AugmentOptions, augmentFaces } from './prepare/augment';
export { SCHEDULES, type ScheduleName } from './train/schedules';
export { OPTIMIZERS, type OptimizerName } from './train/solvers/batches/optimizers';

export type { NamedPoints, Point } from './landmarks/points';
export { createPredictor, type Predictor } from './predict/predictor';
export type { Detector, PredictImageOptions } from './predict/cut-faces';
export type { ImagePrediction, ImagePredictor, ImageResult, PredictedFace } from './predict/predict-image';
export type { ImageInput } from './predict/image/open-image';
export { readImage } from './predict/image/read-image';
export { cropFace, grayOf } from './predict/image/by-vectors';
export type { GrayImage, RawImage, RawValues } from './predict/image/gray';
export type { CroppedFace } from './predict/image/crop-face';
export type { Box } from './predict/image/resize';
export { IMAGE_LIMITS, type ImageLimits } from './predict/image/limits';

export { type LoadedPredictor, loadPredictor, saveBundle } from './predict/bundle';

export { evaluate, type EvaluateOptions, type LandmarkScore, type Scores } from './evaluate/evaluate';
export type { NormalisedError, NormalisedScores, NormaliserName } from './evaluate/normalised';

export { type DrawFacesOptions, drawFaces, drawPredictions } from './draw/faces';
export { type DrawHistoryOptions, type DrawnHistory, drawHistory } from './draw/history';
export { type DrawComparisonOptions, type DrawnNet, drawComparison } from './draw/comparison';
export { drawPhoto, type DrawPhotoOptions } from './draw/photo';
export { renderPng, type RenderPngOptions } from './draw/png';

export type { FacesSummary, JobEvent, JobSetup, LandmarkLabels } from './run/job-events';
export type { FacesOptions, GroupsOptions } from './run/get-faces';
export type { NetPictures } from './run/pictures';
export type { NetOptions } from './run/train-net';
export { type PresetName, PRESETS } from './run/presets';
export { trainJob, type TrainJobReport } from './run/train-job';
export type { TrainJobOptions } from './run/train-job-options';
export { resumeJob, type ResumeJobOptions } from './run/resume-job';
export type { Resumed } from './run/unfinished';
export { type ComparedNet, compareJob, type CompareJobOptions, type CompareJobReport } from './run/compare-job';
export type { Setting, Varied } from './run/settings';
export { evaluateJob, type EvaluateJobOptions, type EvaluateJobReport } from './run/evaluate-job';
export { showJob, type ShowJobOptions } from './run/show-job';
export { predictJob, type PredictJobOptions, type PredictJobReport } from './run/predict-job';
export { type PhotosJobOptions, type PhotosJobReport, photosJob, type PredictedPhoto } from './run/photos-job';
export { nextSteps, type Start } from './run/next-steps';

export { createPool, type Pool, type PoolOptions, type PoolRequest, type PoolStatus } from './serve/pool';
export type { Bundles, PoolModel } from './serve/networks';
export type { Isolation } from './serve/link';
export { serve, type ServeOptions, type Service } from './serve/serve';
export { trainJobInWorker } from './serve/train-in-worker';

export { doctor, doctorMarkdown, type DoctorOptions, type DoctorReport } from './doctor/doctor';
export type { Problem } from './doctor/known-problems';
export type { Machine } from './doctor/machine';
export type { Measured } from './doctor/measure';
export { makeNative, type NativeEvent, type NativeOptions, type NativeReport } from './doctor/native';

export { version } from './version';
