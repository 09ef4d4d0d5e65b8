import { pairsOf, type KnownRelation } from './relation';

/** Relations between countries, states, cities and what belongs to them. */
export const GEOGRAPHY: readonly KnownRelation[] = [
  {
    name: 'capital-of-country',
    inverse: 'country-of-capital',
    sentence: '{b} is the capital of {a}',
    kind: 'world',
    pairs: pairsOf(`
      france paris, japan tokyo, egypt cairo, kenya nairobi, peru lima, norway oslo, poland warsaw, iraq baghdad, thailand bangkok,
      cuba havana, hungary budapest, uganda kampala, ecuador quito, latvia riga, jordan amman, nepal kathmandu, senegal dakar,
      uruguay montevideo, bulgaria sofia, albania tirana
    `),
  },
  {
    name: 'currency-of-country',
    inverse: 'country-of-currency',
    sentence: '{b} is the currency of {a}',
    kind: 'world',
    pairs: pairsOf(`
      mexico peso, japan yen, india rupee, russia ruble, china yuan, poland zloty, hungary forint, thailand baht, israel shekel,
      sweden krona, norway krone, turkey lira, switzerland franc, iran rial, britain pound, canada dollar, ukraine hryvnia, nigeria naira,
      malaysia ringgit, indonesia rupiah
    `),
  },
  {
    name: 'capital-of-state',
    inverse: 'state-of-capital',
    sentence: '{b} is the capital of the state of {a}',
    kind: 'world',
    pairs: pairsOf(`
      texas austin, georgia atlanta, colorado denver, massachusetts boston, arizona phoenix, tennessee nashville, ohio columbus,
      california sacramento, hawaii honolulu, idaho boise, kansas topeka, alabama montgomery, wisconsin madison, oregon salem,
      montana helena, florida tallahassee, alaska juneau, michigan lansing, connecticut hartford, maryland annapolis
    `),
  },
  {
    name: 'state-of-city',
    inverse: 'city-of-state',
    sentence: '{a} is a city in the state of {b}',
    kind: 'world',
    pairs: pairsOf(`
      chicago illinois, houston texas, philadelphia pennsylvania, detroit michigan, seattle washington, miami florida, baltimore maryland,
      minneapolis minnesota, cleveland ohio, milwaukee wisconsin, omaha nebraska, tulsa oklahoma, anchorage alaska, fresno california,
      tucson arizona, louisville kentucky, wichita kansas, chattanooga tennessee, shreveport louisiana, reno nevada
    `),
  },
  {
    name: 'country-of-city',
    inverse: 'city-of-country',
    sentence: '{a} is a city in {b}',
    kind: 'world',
    pairs: pairsOf(`
      milan italy, barcelona spain, munich germany, osaka japan, shanghai china, mumbai india, karachi pakistan, istanbul turkey,
      sydney australia, toronto canada, lyon france, rotterdam netherlands, krakow poland, casablanca morocco, guadalajara mexico,
      gothenburg sweden, antwerp belgium, zurich switzerland, haifa israel, mombasa kenya
    `),
  },
  {
    name: 'language-of-country',
    inverse: 'country-of-language',
    sentence: '{b} is spoken in {a}',
    kind: 'world',
    pairs: pairsOf(`
      brazil portuguese, mexico spanish, egypt arabic, austria german, iran persian, israel hebrew, australia english, colombia spanish,
      cambodia khmer, pakistan urdu, haiti creole, ethiopia amharic, bangladesh bengali, angola portuguese, philippines tagalog,
      india hindi, syria arabic, china mandarin, denmark danish, netherlands dutch
    `),
  },
  {
    name: 'adjective-of-country',
    inverse: 'country-of-adjective',
    sentence: 'what is of {a} is {b}',
    kind: 'world',
    pairs: pairsOf(`
      france french, spain spanish, italy italian, germany german, china chinese, egypt egyptian, brazil brazilian, iraq iraqi,
      peru peruvian, greece greek, wales welsh, norway norwegian, pakistan pakistani, lebanon lebanese, chile chilean, ukraine ukrainian,
      cyprus cypriot, ghana ghanaian, belgium belgian, sudan sudanese
    `),
  },
  {
    name: 'native-of-country',
    inverse: 'country-of-native',
    sentence: 'a {b} is a person from {a}',
    kind: 'world',
    pairs: pairsOf(`
      denmark dane, spain spaniard, sweden swede, scotland scot, turkey turk, poland pole, finland finn, england englishman,
      ireland irishman, wales welshman, netherlands dutchman, france frenchman, serbia serb, croatia croat, britain briton,
      philippines filipino, arabia arab, kurdistan kurd, slovakia slovak, slovenia slovene
    `),
  },
  {
    name: 'continent-of-country',
    inverse: 'country-of-continent',
    sentence: '{a} is a country in {b}',
    kind: 'world',
    pairs: pairsOf(`
      ethiopia africa, algeria africa, ghana africa, zimbabwe africa, rwanda africa, tanzania africa, mali africa, portugal europe,
      austria europe, romania europe, finland europe, belgium europe, lithuania europe, croatia europe, india asia, vietnam asia,
      malaysia asia, pakistan asia, cambodia asia, uzbekistan asia
    `),
  },
];
