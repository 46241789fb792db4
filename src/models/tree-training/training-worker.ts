import { announceThread, threadInput } from '../../foundation/index.ts'
import { treeObjective } from '../tree-objectives/tree-objective.ts'
import type { ObjectiveRecipe } from './objective.ts'
import { serveTeam, type TeamSeat } from './thread-team.ts'

// A thread of `fitTreesOnWorkers`: sits down, says so and takes part until it is stopped.
const { seat, recipe } = threadInput() as { seat: TeamSeat; recipe: ObjectiveRecipe | undefined }
const objective = recipe && treeObjective(recipe)
announceThread()
serveTeam(seat, objective)
