/** A kind of product, and the ways in which people say it. */
export interface ProductType {
  /** What the shop calls it; the first of {@link ways}. */
  readonly name: string
  /** Other words for the same thing: the first as Americans say it, the second as the British do, then what both say. */
  readonly ways: readonly string[]
  readonly department: string
  /** Types of one family are near each other: who looks for one may take the other. */
  readonly family: string
  /** The middle of its prices. */
  readonly price: number
  readonly materials: readonly string[]
  readonly features: readonly string[]
  /** The type that it goes with, which its titles name although it is none. */
  readonly goesWith: string | undefined
}

/** By department; a line is `ways | family | price | materials | features`, with the type it goes with at the end. */
const TABLE: Readonly<Record<string, string>> = {
  footwear: `
    running shoes, running trainers, jogging shoes | sports shoes | 85 | mesh, knit, rubber | cushioned, lightweight, breathable, trail
    sneakers, trainers, gym shoes | sports shoes | 70 | canvas, leather, suede | casual, low, retro, white soled
    hiking boots, walking boots, trekking boots | boots | 120 | leather, nylon, rubber | waterproof, ankle, insulated, trail
    rain boots, wellington boots, wellies | boots | 40 | rubber | waterproof, tall, lined
    sandals, summer sandals | light shoes | 35 | leather, cork, rubber | strappy, open, wide
    slippers, house shoes | light shoes | 22 | felt, wool, fleece | warm, soft, non slip
    shoelaces, laces | shoe care | 6 | cotton, polyester | round, flat, elastic, long | running shoes
    insoles, shoe inserts | shoe care | 15 | foam, gel, cork | cushioned, arch, thin | hiking boots`,
  clothing: `
    sweater, jumper, pullover | knitwear | 48 | wool, cashmere, cotton | warm, ribbed, oversized
    cardigan, knitted jacket | knitwear | 52 | wool, cotton, mohair | long, ribbed, buttoned
    pants, trousers, slacks | legwear | 45 | cotton, linen, wool | slim, straight, stretch
    shorts, short trousers | legwear | 28 | cotton, linen, nylon | cargo, quick drying, stretch
    rain jacket, waterproof jacket, anorak | outerwear | 75 | nylon, polyester | waterproof, hooded, packable
    winter coat, parka, winter jacket | outerwear | 140 | down, wool, polyester | warm, hooded, long, insulated
    t-shirt, tee, tee shirt | tops | 18 | cotton, bamboo, linen | striped, organic, slim
    bathrobe, dressing gown, robe | nightwear | 42 | cotton, fleece, waffle | soft, hooded, long
    pajamas, pyjamas, sleepwear | nightwear | 34 | cotton, flannel, satin | striped, soft, warm
    swimsuit, swimming costume, bathing suit | swimwear | 38 | nylon, polyester | sporty, tummy control, quick drying
    socks, ankle socks | hosiery | 12 | cotton, wool, bamboo | warm, cushioned, striped
    scarf, neck scarf | accessories | 24 | wool, silk, cashmere | warm, long, checked`,
  furniture: `
    couch, sofa, settee | seating | 620 | velvet, leather, linen | corner, three seater, folding, deep
    armchair, easy chair, lounge chair | seating | 290 | velvet, leather, oak | reclining, high backed, swivel
    office chair, desk chair, swivel chair | chairs | 160 | mesh, leather | ergonomic, adjustable, reclining
    dining chair, kitchen chair | chairs | 75 | oak, beech, velvet | padded, stackable
    bookcase, bookshelf, book shelves | storage | 110 | pine, oak, steel | tall, narrow, five shelf
    nightstand, bedside table, bedside cabinet | small tables | 65 | pine, oak, walnut | two drawer, narrow
    coffee table, sofa table | small tables | 130 | oak, glass, marble | round, lift top, nesting
    dining table, kitchen table | tables | 340 | oak, walnut, glass | extendable, round, folding
    closet, wardrobe, armoire | storage | 330 | pine, oak | mirrored, sliding door, narrow
    dresser, chest of drawers | storage | 210 | pine, oak, walnut | six drawer, tall, wide
    slipcover, sofa cover, settee cover | covers | 45 | polyester, velvet, cotton | stretch, washable, non slip | couch`,
  kitchen: `
    coffee maker, coffee machine | hot drinks | 95 | steel, glass | programmable, filter, thermal
    espresso machine, espresso maker | hot drinks | 260 | steel | automatic, compact, fifteen bar
    kettle, electric kettle, water boiler | hot drinks | 38 | steel, glass, ceramic | cordless, fast boil, gooseneck
    frying pan, skillet, fry pan | cookware | 35 | iron, steel, ceramic | non stick, induction, deep
    saucepan, cooking pot | cookware | 40 | steel, copper, ceramic | induction, lidded, non stick
    refrigerator, fridge, icebox | large appliances | 640 | steel | frost free, tall, compact
    stove, cooker, kitchen range | large appliances | 560 | steel | gas, induction, ceramic hob
    blender, liquidiser, smoothie maker | small appliances | 60 | glass, steel | powerful, personal, quiet
    toaster, bread toaster | small appliances | 34 | steel | two slice, four slice, retro
    food processor, kitchen machine | small appliances | 115 | steel | compact, multifunction
    dish towel, tea towel, kitchen towel | kitchen textiles | 11 | cotton, linen | absorbent, checked
    knife set, kitchen knives | knives | 70 | steel, wood | forged, sharp, six piece
    water bottle, drinking bottle, flask | bottles | 20 | steel, glass | insulated, leakproof, one litre
    coffee filters, filter papers | supplies | 7 | paper | unbleached, cone, size four | coffee maker
    water filter, filter cartridge | supplies | 18 | charcoal | long lasting, replacement | refrigerator`,
  electronics: `
    television, tv, telly | screens | 480 | steel | smart, oled, large, slim
    computer monitor, pc screen, display | screens | 210 | steel | curved, ultrawide, gaming
    laptop, notebook computer, portable computer | computers | 850 | aluminium | gaming, lightweight, touchscreen
    tablet, tablet computer | computers | 330 | aluminium | kids, large, slim
    cell phone, mobile phone, smartphone | phones | 420 | glass, aluminium | dual sim, unlocked, rugged
    wireless headphones, bluetooth headphones, cordless headphones | audio | 110 | leather, steel | noise cancelling, foldable, over ear
    earbuds, in ear headphones, earphones | audio | 65 | silicone | noise cancelling, sporty, tiny
    portable speaker, bluetooth speaker, wireless speaker | audio | 75 | rubber, mesh | waterproof, loud, compact
    keyboard, computer keyboard | input devices | 55 | aluminium | mechanical, quiet, compact, wireless
    computer mouse, pc mouse, wireless mouse | input devices | 28 | rubber | ergonomic, vertical, silent
    digital camera, photo camera | cameras | 520 | aluminium, leather | compact, mirrorless, waterproof
    phone case, mobile cover, phone cover | device accessories | 16 | silicone, leather | shockproof, clear, slim | cell phone
    phone charger, mobile charger, charging plug | device accessories | 22 | aluminium | fast, dual port, compact | cell phone
    laptop bag, notebook sleeve, computer bag | device accessories | 38 | nylon, leather, felt | padded, slim, waterproof | laptop
    tv wall mount, tv bracket, television mount | device accessories | 34 | steel | swivel, tilting, slim | television`,
  home: `
    vacuum cleaner, hoover | cleaning | 170 | steel | cordless, bagless, quiet, upright
    robot vacuum, robot hoover | cleaning | 290 | steel | mapping, self emptying, quiet
    vacuum bags, hoover bags, dust bags | cleaning supplies | 13 | paper, fleece | universal, ten pack, odour | vacuum cleaner
    flashlight, torch, hand lamp | lighting | 24 | aluminium | rechargeable, bright, tiny
    desk lamp, reading lamp, table lamp | lighting | 42 | brass, steel, wood | dimmable, adjustable, clip on
    floor lamp, standing lamp | lighting | 85 | brass, steel, wood | arched, dimmable, tripod
    light bulb, lamp bulb | lighting supplies | 8 | glass | warm white, dimmable, smart | desk lamp
    rug, carpet, area rug | textiles | 120 | wool, jute, cotton | washable, round, runner
    comforter, duvet, quilt | bedding | 70 | down, cotton, bamboo | warm, light, four season
    pillow, cushion, bed pillow | bedding | 26 | down, cotton, foam | firm, soft, side sleeper
    bed sheets, bed linen, fitted sheet | bedding | 45 | cotton, linen, satin | deep, crisp, striped
    curtains, drapes, window curtains | textiles | 48 | linen, velvet, cotton | blackout, sheer, thermal
    trash can, rubbish bin, waste bin | household | 40 | steel | pedal, sensor, slim
    laundry basket, clothes hamper, hamper | household | 28 | jute, bamboo, cotton | folding, lidded, tall
    steam iron, clothes iron | ironing | 50 | ceramic, steel | cordless, travel, powerful
    space heater, electric heater, room heater | climate | 70 | ceramic, steel | oscillating, quiet, oil filled
    fan, room fan, ventilator | climate | 48 | steel | tower, pedestal, quiet`,
  garden: `
    lawn mower, grass cutter, lawnmower | garden machines | 280 | steel | cordless, electric, mulching
    hedge trimmer, hedge cutter | garden machines | 105 | steel | cordless, long reach, light
    garden hose, hosepipe, water hose | watering | 34 | rubber | expandable, kink free, long
    watering can, water can | watering | 22 | steel, copper | long spout, small
    barbecue grill, bbq, charcoal grill | outdoor cooking | 210 | steel, iron | gas, portable, smoker
    grill cover, bbq cover | outdoor covers | 28 | polyester | waterproof, heavy duty | barbecue grill
    pruning shears, secateurs, hand pruners | garden tools | 24 | steel | bypass, ergonomic, sharp
    wheelbarrow, garden cart | garden tools | 85 | steel | folding, two wheel
    patio chair, garden chair, outdoor chair | patio | 65 | teak, steel, rattan | folding, stackable, reclining
    patio umbrella, garden parasol, sun umbrella | patio | 80 | polyester, teak | tilting, large, cantilever
    plant pot, flower pot, planter | pots | 19 | terracotta, ceramic | hanging, self watering, large`,
  baby: `
    stroller, pushchair, pram, buggy | baby transport | 310 | aluminium | folding, lightweight, twin
    car seat, child seat, baby seat | baby transport | 180 | polyester | swivel, rear facing, side impact
    diapers, nappies, baby nappies | nursing | 28 | cotton, bamboo | newborn, overnight, sensitive
    pacifier, dummy, soother | nursing | 8 | silicone, rubber | orthodontic, glowing, newborn
    baby bottle, feeding bottle | nursing | 14 | glass, silicone | anti colic, wide neck
    crib, cot, baby bed | nursery | 240 | pine, beech | convertible, rocking
    high chair, feeding chair | nursery | 115 | beech, steel | folding, adjustable
    baby monitor, baby alarm | nursery | 95 | silicone | video, long range`,
  toys: `
    stuffed animal, soft toy, plush toy, cuddly toy | soft toys | 22 | plush, cotton | huge, washable, weighted
    building blocks, toy bricks, building bricks | construction | 34 | wood, beech | magnetic, coloured, large
    jigsaw puzzle, puzzle | games | 18 | paper, wood | thousand piece, floor, panorama
    board game, family game, table game | games | 30 | paper, wood | cooperative, quick, strategy
    dollhouse, dolls house | role play | 95 | wood, beech | furnished, folding, three storey
    toy kitchen, play kitchen | role play | 115 | wood, pine | lights, small, wooden
    kick scooter, push scooter | ride on | 60 | aluminium, steel | folding, three wheel
    model train, toy train | construction | 70 | wood, steel | electric, starter, wooden`,
  sport: `
    yoga mat, exercise mat, gym mat | fitness | 32 | rubber, cork, foam | non slip, thick, travel
    dumbbells, hand weights, free weights | fitness | 58 | iron, rubber | adjustable, hexagonal
    treadmill, running machine | fitness machines | 590 | steel | folding, quiet, inclining
    exercise bike, spinning bike, fitness bike | fitness machines | 320 | steel | folding, magnetic, quiet
    soccer ball, football, match ball | ball sports | 24 | leather, rubber | indoor, stitched, size five
    bicycle, bike, push bike | cycling | 460 | aluminium, steel | folding, electric, city, mountain
    bike helmet, cycling helmet, bicycle helmet | cycling gear | 55 | foam | lighted, kids, aerodynamic | bicycle
    bike lock, bicycle lock, cycle lock | cycling gear | 36 | steel | folding, chain, heavy duty | bicycle
    tent, camping tent | camping | 190 | nylon, polyester | four person, pop up, waterproof
    sleeping bag, camping bag | camping | 75 | down, polyester | mummy, three season, warm
    camping stove, gas burner | camping | 45 | steel, aluminium | folding, compact, windproof
    backpack, rucksack, day pack | bags | 68 | nylon, canvas | waterproof, large, school, hiking
    suitcase, travel case, trolley case | bags | 115 | aluminium, nylon | cabin, expandable, four wheel
    swimming goggles, swim glasses | water sports | 17 | silicone | mirrored, wide, anti fog`,
  beauty: `
    hair dryer, hairdryer, blow dryer | hair care | 58 | ceramic | ionic, travel, quiet
    hair straightener, flat iron | hair care | 62 | ceramic | cordless, wide, ionic
    electric toothbrush, sonic toothbrush | oral care | 70 | silicone | rechargeable, travel, quiet
    toothbrush heads, brush heads | oral care supplies | 18 | nylon | replacement, soft, four pack | electric toothbrush
    electric razor, shaver, electric shaver | shaving | 90 | steel | wet and dry, foil, travel
    perfume, fragrance, eau de parfum | scents | 58 | glass | floral, woody, fresh
    sunscreen, sun cream, sun lotion | skin care | 16 | zinc | sensitive, waterproof, mineral
    hand cream, hand lotion | skin care | 11 | shea, aloe | rich, unscented, repairing
    nail polish, nail varnish, nail lacquer | nails | 9 | glass | glossy, quick drying, gel`,
  tools: `
    cordless drill, battery drill, power drill | power tools | 115 | steel | brushless, compact, hammer
    circular saw, hand held saw | power tools | 130 | steel | cordless, compact, plunge
    drill bits, drill set | tool supplies | 24 | steel, titanium | masonry, wood, twenty piece | cordless drill
    wrench, spanner, adjustable wrench | hand tools | 19 | steel | ratcheting, adjustable
    tape measure, measuring tape | hand tools | 12 | steel | magnetic, long, pocket
    screwdriver set, screwdrivers | hand tools | 28 | steel | magnetic, precision, insulated
    toolbox, tool chest, tool case | tool storage | 55 | steel, canvas | rolling, lockable, empty
    stepladder, step ladder, folding ladder | ladders | 75 | aluminium, steel | three step, wide, folding
    paint roller, wall roller | painting | 14 | foam, wool | telescopic, fine, wide`,
  office: `
    notebook, writing pad, note book | paper | 12 | paper, leather | lined, dotted, hardcover
    fountain pen, ink pen | writing | 38 | brass, steel | fine, refillable, gift
    eraser, rubber | writing | 3 | rubber | dust free, white
    stapler, paper stapler | desk supplies | 15 | steel | heavy duty, mini
    printer, inkjet printer, photo printer | machines | 140 | steel | wireless, compact, duplex
    ink cartridge, printer ink | machine supplies | 24 | ink | high yield, black, three pack | printer
    desk organizer, desk tidy, pen holder | desk supplies | 20 | bamboo, mesh | drawer, small`,
  pets: `
    dog leash, dog lead | dogs | 18 | nylon, leather | retractable, reflective, long
    dog bed, pet bed | dogs | 48 | fleece, foam | washable, orthopaedic, large
    cat litter, litter sand | cats | 16 | clay, wood | clumping, dust free, unscented
    scratching post, cat tree | cats | 60 | jute, wood | tall, stable
    aquarium, fish tank | fish | 120 | glass | lighted, small, corner
    pet carrier, transport box | pet travel | 38 | nylon | folding, airline, ventilated`,
}

/** Every type, in the order of the table. */
export const PRODUCT_TYPES: readonly ProductType[] = Object.entries(TABLE).flatMap(([department, lines]) =>
  lines
    .trim()
    .split('\n')
    .map((line) => readType(department, line)),
)

export const DEPARTMENTS: readonly string[] = Object.keys(TABLE)

function readType(department: string, line: string): ProductType {
  const [said = '', family = '', price = '', materials = '', features = '', goesWith] = line
    .split('|')
    .map((part) => part.trim())
  const ways = said.split(', ')
  return {
    name: ways[0]!,
    ways,
    department,
    family,
    price: Number(price),
    materials: materials.split(', '),
    features: features.split(', '),
    goesWith,
  }
}
