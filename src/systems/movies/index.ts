export { moviesApplication } from './application.ts'
