export { FacemarkError } from './errors';
