import ServiceKit

extension CatalogueEntry {
    /// The catalogue that the shop opens with: thirty articles in six departments.
    static let opening: [CatalogueEntry] =
        electronics + books + home + clothing + sports + toys

    private static let electronics: [CatalogueEntry] = [
        article(
            "aurora-headphones",
            "Aurora Wireless Headphones",
            "Over-ear headphones with active noise cancelling, 38 hours of battery and a folding steel band.",
            .electronics,
            price: 19_900,
            stock: 1_200
        ),
        article(
            "lumen-lamp",
            "Lumen Desk Lamp",
            "Dimmable LED lamp with a warm evening mode and a wireless charging pad in its base.",
            .electronics,
            price: 6_450,
            stock: 1_500
        ),
        article(
            "pico-projector",
            "Pico Pocket Projector",
            "A projector the size of a paperback: 720p, two hours of battery, HDMI and USB-C.",
            .electronics,
            price: 28_900,
            stock: 600
        ),
        article(
            "meridian-keyboard",
            "Meridian Mechanical Keyboard",
            "75 % layout, hot-swappable switches, aluminium case, quiet enough for a shared desk.",
            .electronics,
            price: 14_900,
            stock: 900
        ),
        article(
            "orbit-tracker",
            "Orbit Item Tracker",
            "Finds keys and bags by sound or on the map; the battery lasts a year and can be replaced.",
            .electronics,
            price: 2_490,
            stock: 4_000
        ),
        article(
            "tidal-speaker",
            "Tidal Bluetooth Speaker",
            "Waterproof to one metre, twelve hours of play, and it floats.",
            .electronics,
            price: 8_900,
            stock: 1_800
        ),
    ]

    private static let books: [CatalogueEntry] = [
        article(
            "quiet-machines",
            "The Quiet Machines",
            "A novel about the last lighthouse keeper on an automated coast. Hardcover, 412 pages.",
            .books,
            price: 2_600,
            stock: 2_500
        ),
        article(
            "bread-and-salt",
            "Bread and Salt",
            "Eighty recipes from village bakeries between the Black Sea and the Baltic, with photographs.",
            .books,
            price: 3_450,
            stock: 1_600
        ),
        article(
            "field-guide-clouds",
            "A Field Guide to Clouds",
            "How to read the sky: forty cloud forms, what they promise and when they lie.",
            .books,
            price: 1_950,
            stock: 2_800
        ),
        article(
            "systems-that-fail",
            "Systems That Fail Well",
            "Twelve true stories of outages, and what the people who fixed them wished they had measured.",
            .books,
            price: 3_900,
            stock: 2_200
        ),
        article(
            "atlas-of-tea",
            "The Atlas of Tea",
            "From Fujian to the Azores: maps, methods and the people behind the leaf.",
            .books,
            price: 4_200,
            stock: 1_100
        ),
    ]

    private static let home: [CatalogueEntry] = [
        article(
            "cast-iron-pan",
            "Cast Iron Pan 26 cm",
            "Pre-seasoned and polished smooth; on gas, induction or an open fire.",
            .home,
            price: 5_900,
            stock: 1_700
        ),
        article(
            "linen-bedding",
            "Washed Linen Bedding",
            "Duvet cover and two pillowcases of European flax, stone-washed, in slate or sand.",
            .home,
            price: 15_900,
            stock: 700
        ),
        article(
            "pour-over-set",
            "Pour-Over Coffee Set",
            "Borosilicate carafe, steel filter and a walnut collar. Four cups.",
            .home,
            price: 4_600,
            stock: 1_900
        ),
        article(
            "wool-throw",
            "Merino Wool Throw",
            "130 by 180 cm, woven in one piece, mothproofed without chemicals.",
            .home,
            price: 11_900,
            stock: 800
        ),
        article(
            "herb-planter",
            "Self-Watering Herb Planter",
            "Three herbs, two weeks of water, no electronics at all.",
            .home,
            price: 3_200,
            stock: 2_100
        ),
    ]

    private static let clothing: [CatalogueEntry] = [
        article(
            "rain-shell",
            "Fjord Rain Shell",
            "Three-layer jacket with taped seams; packs into its own pocket at 310 grams.",
            .clothing,
            price: 17_900,
            stock: 1_000
        ),
        article(
            "merino-socks",
            "Merino Hiking Socks, 3 Pairs",
            "Cushioned heel, flat toe seam, repaired for free for five years.",
            .clothing,
            price: 3_300,
            stock: 5_000
        ),
        article(
            "canvas-cap",
            "Waxed Canvas Cap",
            "Six panels, leather strap, better with every rain.",
            .clothing,
            price: 2_900,
            stock: 2_600
        ),
        article(
            "travel-scarf",
            "Travel Scarf",
            "Soft enough for a flight, large enough for a picnic; hides a zip pocket for a passport.",
            .clothing,
            price: 4_900,
            stock: 2_000
        ),
    ]

    private static let sports: [CatalogueEntry] = [
        article(
            "trail-shoes",
            "Ridgeline Trail Shoes",
            "Grippy rubber, wide toe box, 6 mm drop, 265 grams.",
            .sports,
            price: 13_500,
            stock: 1_300
        ),
        article(
            "yoga-mat",
            "Cork Yoga Mat",
            "Natural cork on rubber, 4 mm; grips better when wet.",
            .sports,
            price: 7_200,
            stock: 1_500
        ),
        article(
            "climbing-chalk",
            "Climbing Chalk, 300 g",
            "Coarse magnesium carbonate in a bag that closes.",
            .sports,
            price: 1_290,
            stock: 6_000
        ),
        article(
            "bottle-insulated",
            "Insulated Bottle 750 ml",
            "Cold for 24 hours, hot for twelve, and it fits a bicycle cage.",
            .sports,
            price: 3_100,
            stock: 4_500
        ),
        article(
            "jump-rope",
            "Speed Rope",
            "Ball bearings, adjustable steel cable, spare cable included.",
            .sports,
            price: 1_890,
            stock: 3_200
        ),
    ]

    private static let toys: [CatalogueEntry] = [
        article(
            "marble-run",
            "Wooden Marble Run",
            "Ninety-two pieces of beech and a book of thirty puzzles.",
            .toys,
            price: 7_900,
            stock: 1_100
        ),
        article(
            "night-sky-puzzle",
            "Night Sky Puzzle, 1,000 Pieces",
            "The northern sky in midnight blue; the stars glow when the light is off.",
            .toys,
            price: 2_700,
            stock: 2_300
        ),
        article(
            "paper-gliders",
            "Paper Gliders",
            "Twelve gliders to fold, and the aerodynamics of why they fly.",
            .toys,
            price: 1_600,
            stock: 3_600
        ),
        article(
            "robot-kit",
            "Balancing Robot Kit",
            "Solder nothing, learn much: two wheels, one gyroscope, and a page of Python.",
            .toys,
            price: 9_900,
            stock: 900
        ),
        article(
            "dinosaur-blocks",
            "Dinosaur Building Blocks",
            "One hundred and sixty blocks, five skeletons, endless new species.",
            .toys,
            price: 4_400,
            stock: 1_400
        ),
    ]

    /// An article that the shop buys at 55 % of its price, and of which more come once a third of the first stock is left.
    private static func article(
        _ id: String,
        _ name: String,
        _ description: String,
        _ category: Product.Category,
        price: Int,
        stock: Int
    ) -> CatalogueEntry {
        CatalogueEntry(
            product: Product(
                id: id,
                name: name,
                description: description,
                category: category,
                price: Money(price, .usd)
            ),
            initialStock: stock,
            unitCost: Money(price * 55 / 100, .usd),
            replenishment: ReplenishmentRule(reorderPoint: stock / 3, deliverySize: stock)
        )
    }
}
