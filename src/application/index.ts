export { type Application, defineApp, hashOfSystem } from './define-app.ts'
export { lightSurvivors } from './light-survivors.ts'
export { type LightStage, type RankingSystem, rankingSystem } from './ranking-system.ts'
