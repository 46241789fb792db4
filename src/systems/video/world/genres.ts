/** A subject that a video can be about, and who tends to like it. */
export interface Genre {
  readonly name: string
  /** Share of interest and of output, relative to the other genres. */
  readonly weight: number
  /** Around which year those who like it most were born. */
  readonly typicalBirthYear: number
  /** Nouns for titles. */
  readonly topics: readonly string[]
}

function genre(name: string, weight: number, typicalBirthYear: number, topics: string): Genre {
  return { name, weight, typicalBirthYear, topics: topics.split(', ') }
}

/** The twenty genres of the world; an index into this list stands for a genre everywhere in `world/`. */
export const GENRES: readonly Genre[] = [
  genre(
    'gaming',
    9,
    1999,
    'Speedrun, Boss Fight, Level Design, Retro Console, Open World, Strategy Guide, Pixel Quest',
  ),
  genre(
    'music',
    10,
    1992,
    'Guitar Solo, Drum Session, Choir Rehearsal, Jazz Standard, Synth Loop, Street Concert, Chord',
  ),
  genre('cooking', 8, 1981, 'Bread Recipe, Noodle Soup, Pastry Class, Spice Market, Family Dinner, Knife Skill, Stew'),
  genre(
    'football',
    8,
    1986,
    'Derby, Penalty Shootout, Free Kick, Cup Final, Transfer Story, Goalkeeper, Training Drill',
  ),
  genre(
    'travel',
    7,
    1984,
    'Night Train, Mountain Trail, Harbour Walk, Border Crossing, Island Ferry, Desert Road, Hostel',
  ),
  genre('science', 6, 1987, 'Black Hole, Enzyme, Prime Number, Glacier Core, Chemistry Test, Telescope, Fossil Bed'),
  genre('history', 5, 1969, 'Lost Kingdom, Trade Route, Siege, Old Map, Roman Bridge, Court Trial, Shipwreck'),
  genre('comedy', 9, 1995, 'Stand-up Set, Office Prank, Bad Advice, Awkward Date, Sketch, Parody, Family Argument'),
  genre(
    'news',
    6,
    1967,
    'Election Night, Budget Vote, Press Briefing, Weather Warning, Strike Talk, Court Ruling, Summit',
  ),
  genre(
    'fitness',
    5,
    1990,
    'Kettlebell Set, Morning Stretch, Marathon Plan, Yoga Flow, Climbing Wall, Core Workout, Sprint',
  ),
  genre('beauty', 5, 1998, 'Curl Routine, Eyeliner, Skin Care, Nail Design, Braids, Vintage Make-up, Perfume Shelf'),
  genre('cars', 5, 1976, 'Engine Swap, Rally Stage, Barn Find, Gearbox, Road Test, Electric Conversion, Paint Job'),
  genre(
    'gardening',
    3,
    1960,
    'Tomato Bed, Rose Pruning, Compost Heap, Greenhouse, Wild Meadow, Apple Graft, Seed Tray',
  ),
  genre('crafts', 4, 1974, 'Wood Joint, Knitting Pattern, Pottery Wheel, Leather Bag, Paper Lamp, Quilt, Carved Spoon'),
  genre(
    'finance',
    4,
    1983,
    'Index Fund, House Price, Tax Return, Interest Rate, Side Income, Pension Gap, Budget Sheet',
  ),
  genre(
    'technology',
    7,
    1989,
    'Home Server, Phone Repair, Robot Arm, Code Review, Mechanical Keyboard, Old Laptop, Drone',
  ),
  genre('animals', 7, 1983, 'Rescue Dog, Fox Den, Owl Nest, Aquarium, Farm Cat, Whale Song, Hedgehog'),
  genre('film', 6, 1985, 'Director Cut, Stunt Scene, Silent Classic, Plot Hole, Film Score, Camera Move, Short Film'),
  genre(
    'dance',
    4,
    2003,
    'Street Battle, Shuffle Step, Tango Lesson, Group Routine, Freestyle, Ballet Class, Footwork',
  ),
  genre('anime', 4, 2002, 'Opening Theme, Manga Panel, Mecha Model, Season Review, Cosplay, Voice Actor, Fan Theory'),
]
