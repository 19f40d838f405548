// The texts in Spanish.

import { capital, type en } from './en';

const integer = (value: number) => new Intl.NumberFormat('es', { useGrouping: 'always' }).format(value);

const many = (count: number, one: string, several: string) =>
  `${integer(count)} ${count === 1 ? one : several}`;

const decimal = (value: number) =>
  new Intl.NumberFormat('es', { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: 'always' }).format(
    value,
  );

const LISTS: Record<string, string> = { genres: 'géneros', tags: 'etiquetas', features: 'características' };
const listOf = (names: string[]) =>
  new Intl.ListFormat('es', { type: 'conjunction' }).format(names.map((name) => LISTS[name] ?? name));

/** The least change of an estimate that is named, in stars: that of the server. */
const LEAST_CHANGE = 0.005;
/** What moves the mean of a person, by method. */
const SOURCES: Record<string, string> = {
  PEARSON_VIEWERS: 'lo que otros espectadores dieron a este título, según lo parecido que valoran',
  ITEM_NEIGHBOURS: 'lo que {gave} a títulos que se valoran como este',
  CONTENT: 'lo que {gave} a títulos con los mismos géneros, reparto o dirección',
  FACTORS: 'un patrón hallado en todas las valoraciones (factorización de matrices)',
};

export const es: typeof en = {
  skip: 'Saltar al contenido',
  menu: 'Vistas',
  language: 'Idioma',
  theme: 'Colores',
  themes: { auto: 'Auto', light: 'Claro', dark: 'Oscuro' },
  search: 'Buscar',
  searchFor: ({ games, titles, people }) => {
    const kinds = [games && 'juegos, desarrolladoras', people && 'jugadores', titles && 'títulos, actores'];
    return `${capital(kinds.filter(Boolean).join(', '))}…`;
  },
  searchName: (name) => `Buscar «${name}»`,
  searchAdvice: 'Prueba con menos letras o con otra grafía. Basta una parte del nombre.',
  searchLetters: 'Escribe al menos una letra o una cifra.',
  nothingFound: 'No hay coincidencias.',
  matches: (count) => many(count, 'coincidencia', 'coincidencias'),
  demo: 'Datos de demostración: los nombres pueden ser reales; todas las cifras, personas y reseñas son inventadas.',
  queries: 'Escribir consultas (GraphiQL)',
  snapshot: (version, date) => `Versión de los datos ${version}, creada el ${date}`,
  showQuery: 'Ver la consulta',
  loading: 'Cargando…',
  retry: 'Reintentar',
  toStart: 'Inicio',
  details: 'Detalles',
  didYouMean: '¿Quizá alguno de estos?',
  total: 'Total',
  noData: 'Sin datos.',
  showNumbers: 'Ver las cifras',
  showMore: (count) => `Ver ${integer(count)} más`,
  theFirst: (shown) => `Los primeros ${shown}.`,
  firstOf: (shown, all) => `Los primeros ${integer(shown)} de ${all}.`,

  failures: {
    NOT_FOUND: ['No se encontró', 'En los datos no hay nada con ese nombre o número.'],
    UNAVAILABLE: ['No disponible', 'Este servidor no puede responder ahora, o sus datos no incluyen esa parte.'],
    RATE_LIMITED: ['Demasiadas peticiones', 'Espera unos segundos e inténtalo de nuevo.'],
    INVALID_ARGUMENT: [
      'Esta dirección no tiene respuesta',
      'Un valor de la dirección no es válido. Cámbialo o vuelve al inicio.',
    ],
    BAD_USER_INPUT: [
      'Esta dirección no tiene respuesta',
      'Un valor de la dirección no es válido. Cámbialo o vuelve al inicio.',
    ],
    PERSISTED_QUERY_NOT_IN_LIST: ['El servidor se actualizó', 'Recarga la página para usar la nueva versión.'],
    NETWORK: ['Sin respuesta', 'No se puede contactar con el servidor. Revisa la conexión e inténtalo de nuevo.'],
    UNKNOWN: [
      'Algo salió mal',
      'El servidor informó de un error. Inténtalo de nuevo; si persiste, avisa a quien lo administra.',
    ],
  },
  pseudonyms: 'Este servidor sustituye los identificadores de las personas por seudónimos: solo se encuentran esos.',
  noSuchView: ['Esta página no existe', 'Puede que la dirección tenga un error.'],
  absent: {
    games: ['Aquí no hay juegos', 'Los datos de este servidor son solo de títulos de streaming.'],
    titles: ['Aquí no hay títulos de streaming', 'Los datos de este servidor son solo de juegos.'],
    people: ['Aquí no se muestran personas', 'Quien administra este servidor ha desactivado los datos de personas.'],
  },

  kinds: {
    game: 'Juego',
    developer: 'Desarrolladora',
    genre: 'Género',
    player: 'Jugador',
    title: 'Título de streaming',
    actor: 'Actor o actriz',
    year: 'Año de lanzamiento',
  },
  game: 'Juego',
  games: 'Juegos',
  developer: 'Desarrolladora',
  developers: 'Desarrolladoras',
  publisher: 'Editora',
  genres: 'Géneros',
  genre: 'Género',
  player: 'Jugador',
  players: 'Jugadores',
  titles: 'Títulos',
  title: 'Título',
  cast: 'Reparto',
  year: 'Año',
  price: 'Precio',
  free: 'Gratis',
  hours: 'Horas',
  owners: 'Propietarios',
  score: 'puntuación',
  scoreNote: 'Las puntuaciones solo se comparan dentro de esta lista.',
  untitled: 'Juego',
  unknownYear: 'Año desconocido',
  released: 'Lanzamiento',
  tags: 'Etiquetas',
  features: 'Características',
  metascore: 'Metascore',
  storeLabel: 'Valoración de la tienda',
  earlyAccess: 'Acceso anticipado',
  yes: 'Sí',
  gamesOf: (count) => many(count, 'juego', 'juegos'),
  itemsOf: (count) => many(count, 'artículo', 'artículos'),
  reviewsOf: (count) => many(count, 'reseña', 'reseñas'),
  ratingsOf: (count) => many(count, 'valoración', 'valoraciones'),
  titlesOf: (count) => many(count, 'título', 'títulos'),
  hoursUnit: 'horas',
  hoursOf: (count) => `${count} horas`,
  diversity: 'Diversidad',
  sources: {
    ALS: 'Por lo que juegan quienes tienen bibliotecas parecidas',
    HYBRID: 'Por jugadores y etiquetas en común',
    COPLAY: 'Por juegos que se juegan juntos',
    CONTENT: 'Por etiquetas y características en común',
    POPULAR: 'Lo juegan muchos',
  },
  sourceNames: {
    ALS: 'modelo',
    HYBRID: 'jugadores + etiquetas',
    COPLAY: 'se juegan juntos',
    CONTENT: 'parecido',
    POPULAR: 'popular',
  },
  because: 'Por',
  reasonPopular: 'Popular entre todos los jugadores',

  reviewSentiment: 'Qué dicen las reseñas',
  sentiment: { positive: 'Positivas', neutral: 'Neutras', negative: 'Negativas' },
  sentimentNote: 'Según el sentimiento de sus textos (VADER).',
  noReviews: 'No hay reseñas.',

  home: 'Explora los datos',
  homeLead: 'Busca, compara y obtén recomendaciones con sus razones.',
  figures: {
    games: 'juegos',
    users: 'jugadores',
    playRows: 'juegos en bibliotecas',
    reviews: 'reseñas',
    titles: 'títulos de streaming',
    ratings: 'valoraciones',
  },
  mostPlayed: 'Los juegos más jugados',
  byGenre: 'Géneros',
  mostReviewed: 'Desarrolladoras con más reseñas',
  mostRated: 'Títulos con más valoraciones',
  gamesByYear: 'Juegos por año de lanzamiento',
  tasks: {
    forMe: ['Juegos para mí', 'Nombra algunos juegos y recibe recomendaciones, sin cuenta.'],
    verdict: ['¿Me gustaría?', 'Una estimación para un título, con pocas valoraciones.'],
    best: ['Mejores desarrolladoras', 'Año a año, comparadas.'],
    platforms: ['Plataformas', 'Qué tiene cada una y quién actúa en ella.'],
    year: ['Por año', 'Géneros, características, valoraciones y metascores.'],
    models: ['Modelos', 'Qué tan buenas son las recomendaciones.'],
    data: ['Datos', 'Qué se sabe y qué falta.'],
  },
  searched: (text) => `Resultados de «${text}»`,
  withId: (id) => `Con el identificador ${id}`,
  searchEmpty: 'Escribe un nombre arriba para buscar.',
  actorsFound: 'Actores',
  noTitles: 'Ningún título tiene este nombre en su reparto.',
  newestTitles: 'Los 50 más recientes.',

  priceTitle: 'Precio y estimación',
  priceNote: {
    BOOSTING:
      'Estimado por géneros, etiquetas, características, desarrolladora, editora, año, acceso anticipado y metascore.',
    BAGGING: 'Estimado por géneros, año y acceso anticipado.',
    GENRE_MEDIAN: 'Estimado solo por los géneros: lo que suelen costar los juegos de los mismos géneros.',
    MEAN: 'La media de todos los precios: nada del propio juego interviene.',
  },
  priceError: (mae) => `Se desvía ${mae} de media.`,
  estimate: (value) => `Estimación ${value}`,
  actual: (value) => `Precio ${value}`,
  interval: (low, high) =>
    `El precio de 4 de cada 5 juegos está en el intervalo que se da para él; aquí: entre ${low} y ${high}`,
  movedIt: 'Qué movió la estimación',
  movedFrom: (value) => `A partir de ${value}, en dólares de EE. UU.`,
  movedByNothing: (value) => `Nada: es de ${value}, como para un juego del que no se sabe nada.`,
  everythingElse: 'todo lo demás',
  estimateOfFree: 'El juego es gratuito: la estimación es lo que costaría si tuviera precio.',
  similarGames: 'Juegos parecidos',
  sharedPlayers: (count) => many(count, 'jugador en común', 'jugadores en común'),
  sharedTags: 'Etiquetas en común:',
  notInCatalogue: 'Este juego no está en el catálogo: solo se conoce por bibliotecas y reseñas.',
  inNoLibrary:
    'Ninguna biblioteca de los datos lo tiene: lo reseñaron jugadores cuyas bibliotecas no se conocen.',
  priceReason: ({ feature, kind, names }) => {
    const [name = ''] = names;
    switch (kind) {
      case 'GENRE':
        return `género: ${name}`;
      case 'TAG':
        return `etiqueta: ${name}`;
      case 'FEATURE':
        return `característica: ${name}`;
      case 'DEVELOPER':
        return name ? `desarrolladora: ${name}` : 'desarrolladora sin precios conocidos';
      case 'PUBLISHER':
        return name ? `editora: ${name}` : 'editora sin precios conocidos';
      case 'RELEASE_YEAR':
        return `año de lanzamiento ${name}`;
      case 'EARLY_ACCESS':
        return 'acceso anticipado';
      case 'NOT_EARLY_ACCESS':
        return 'sin acceso anticipado';
      case 'METASCORE':
        return `metascore ${name}`;
      case 'GENRES':
        return `géneros: ${names.join(', ')}`;
      case 'NUMBER_OF':
        return `cantidad de ${listOf(names)}`;
      case 'WITHOUT':
        return `${listOf(names)} que no tiene`;
      case 'UNKNOWN_DETAILS':
        return 'datos desconocidos';
      default:
        return feature; // everything else, and kinds of a newer server
    }
  },
  labels: {
    'Overwhelmingly Positive': 'Extremadamente positivas',
    'Very Positive': 'Muy positivas',
    Positive: 'Positivas',
    'Mostly Positive': 'Mayormente positivas',
    Mixed: 'Variadas',
    'Mostly Negative': 'Mayormente negativas',
    Negative: 'Negativas',
    'Very Negative': 'Muy negativas',
    'Overwhelmingly Negative': 'Extremadamente negativas',
  },

  companies: 'Empresas',
  itemsByYear: 'Artículos por año de lanzamiento',
  freeByYear: 'Contenido gratuito por año',
  items: 'Artículos',
  freeItems: 'Gratis',
  freeShare: 'Parte gratuita',
  unknownPrice: 'Precio desconocido',
  itemsOfWhichFree: 'Todos los artículos, y los gratuitos entre ellos.',
  mostPlayedOf: 'Juegos por horas jugadas',

  topPlayers: 'Jugadores con más horas',
  hoursByYear: 'Horas por año de lanzamiento de los juegos',
  bestGames: 'Los juegos más jugados',
  unplayed: 'Nadie en los datos ha jugado a juegos de este género.',

  library: 'Biblioteca',
  unknownLibrary: 'biblioteca desconocida',
  libraryUnknown: 'No se conoce la biblioteca: este jugador solo aparece en reseñas.',
  owned: 'Juegos en la biblioteca',
  spent: 'Dinero gastado',
  spentNote: (count) => `según el precio de ${many(count, 'juego', 'juegos')}`,
  priceUnknown: 'desconocido, como los precios',
  reviews: 'Reseñas',
  recommends: 'Recomienda',
  recommendations: 'Recomendaciones',
  emptyLibrary: 'La biblioteca está vacía.',
  mostHours: 'Por horas jugadas.',

  forMeLead:
    'Nombra juegos que te gustan y cuántas horas los has jugado. La dirección de esta página los guarda: compártela.',
  addGame: 'Añadir un juego',
  addTitle: 'Añadir un título',
  myGames: 'Mis juegos',
  remove: (name) => `Quitar ${name}`,
  hoursFor: (name) => `Horas de ${name}`,
  forMeEmpty: 'Añade un primer juego para ver recomendaciones, o prueba un ejemplo:',
  tryExample: 'Probar con juegos populares',
  unknownGame: 'no figura en los datos y se ignora',
  hoursRead: {
    negative: 'Las horas negativas de la dirección cuentan como 0.',
    tooMany: (most) => `Las horas de la dirección por encima de ${most} cuentan como ${most}.`,
    unreadable: 'Las horas de la dirección que no son un número cuentan como 0.',
    repeated: 'Un juego que la dirección repite figura una sola vez, con el mayor número de horas indicado.',
  },
  ratingsRead: {
    unreadable: 'Las valoraciones de la dirección que no son de 0,5 a 5 estrellas, de media en media, no cuentan.',
    repeated: 'Un título que la dirección repite figura una sola vez, con la última valoración.',
  },
  yearsRead: (most, from, to) =>
    `Los años de la dirección no se pueden comparar: como mucho ${most}, y primero el primero. Aquí ${from === to ? `está ${to}` : `van de ${from} a ${to}`}.`,
  notRead: (name) => `«${name}» no es válido en la dirección y no cuenta.`,
  onlyFree: 'Solo juegos gratuitos',

  bestLead: 'Desarrolladoras por las reseñas que las recomiendan y son positivas, en los años en que se escribieron.',
  from: 'Desde',
  to: 'Hasta',
  ranking: 'Orden',
  rankings: { COUNT: 'Número de recomendaciones', WILSON: 'Parte de recomendaciones (Wilson)' },
  shareOf: (share, reviews) => `${share} de ${many(reviews, 'reseña', 'reseñas')}`,
  noneInYear: 'No hay reseñas.',
  bestAcross: 'Puestos a lo largo de los años',
  show: 'Mostrar',

  yearTitle: (year) => `Juegos de ${year}`,
  topGenres: 'Géneros más frecuentes',
  topFeatures: 'Características más frecuentes',
  storeLabels: 'Valoraciones de la tienda',
  unlabelled: 'Sin valoración',
  topMetascores: 'Mejores metascores',
  noMetascores: 'Ningún juego de este año tiene metascore.',
  noGames: 'No hay juegos de este año.',
  newestYear: 'Ir al año más reciente',
  mostPlayedOfYear: 'Los juegos más jugados del año',
  noLabels: 'Ningún juego de este año tiene valoración.',
  before: 'Año anterior',
  after: 'Año siguiente',

  platform: 'Plataforma',
  titleKinds: { MOVIE: 'Película', SERIES: 'Serie' },
  directors: 'Dirección',
  countries: 'Países',
  ageRating: 'Clasificación por edad',
  assumed: 'supuesta',
  duration: 'Duración',
  minutes: (count) => `${count} min`,
  seasons: (count) => many(count, 'temporada', 'temporadas'),
  added: 'Añadido',
  meanRating: 'Valoración media',
  meanStars: 'Media ★',
  stars: (value) => `${value} ★`,
  similarTitles: 'Títulos parecidos',
  inCommon: 'En común:',
  wouldLike: '¿Me gustaría?',

  verdictTitle: '¿Le gustaría a este espectador?',
  verdictLead: 'Una estimación de la valoración, según las de un espectador de los datos o las tuyas.',
  whose: 'Valoraciones de quién',
  mine: 'Las mías',
  aViewer: 'Un espectador de los datos',
  viewer: 'Espectador',
  noViewer: (id) => `Ningún espectador tiene el identificador ${id}.`,
  someViewers: 'Espectadores con más valoraciones:',
  theTitle: 'El título en cuestión',
  chooseTitle: 'Elegir un título',
  change: 'Cambiar',
  ratingOf: (name) => `Valoración de ${name}`,
  verdictYes: 'Sí, se recomienda',
  verdictNo: 'No, no se recomienda',
  verdictAbove: (estimate, threshold) =>
    `La estimación es ${estimate}; se recomiendan los títulos por encima de ${threshold}.`,
  ratingInterval: (low, high) =>
    `4 de cada 5 valoraciones están en el intervalo que se da para ellas; aquí: entre ${low} y ${high}`,
  threshold: (value) => `Umbral ${value}`,
  method: 'Método',
  methods: {
    VIEWER_MEAN: 'Media del espectador',
    PEARSON_VIEWERS: 'Espectadores parecidos (Pearson)',
    ITEM_NEIGHBOURS: 'Títulos vecinos',
    CONTENT: 'Contenido',
    FACTORS: 'Factorización de matrices',
    BEST: 'El mejor',
  },
  viewerFacts: (count, mean) => `${many(count, 'valoración', 'valoraciones')}, ${mean} de media.`,
  ratedByYou: (stars) => `Tú ya lo valoraste: ${stars}. La estimación no cuenta esa valoración.`,
  ratedByViewer: (stars) => `El espectador lo valoró: ${stars}. La estimación no cuenta esa valoración.`,
  yourMean: 'Media de tus valoraciones',
  verdictReason: ({ method, ownRating, basis: { ratings, mean, shrunkMean, change, isBetterThanMean } }, own) => {
    const shrunk = decimal(shrunkMean);
    const [another, others] = ownRating === null ? ['', ''] : ['otra ', 'otras '];
    const several = `${integer(ratings)} ${others}valoraciones`;
    const those =
      ratings > 1
        ? own
          ? `la media de tus ${several}`
          : `la media de las ${several} del espectador`
        : own
          ? `tu única ${another}valoración`
          : `la única ${another}valoración del espectador`;
    const average = !ratings
      ? `la media de todas las valoraciones (${shrunk} estrellas), pues no hay ninguna ${another}${own ? 'tuya' : 'del espectador'}`
      : Math.abs(mean - shrunkMean) < LEAST_CHANGE
        ? `${those} (${shrunk} estrellas)`
        : `${those} (${decimal(mean)} estrellas, ${shrunk} tras ajustarla a las de todos)`;
    const source = SOURCES[method]?.replace('{gave}', own ? 'diste' : 'el espectador dio');
    if (!source) return `El título no influye: la estimación es ${average}, la misma para cualquier título.`;
    const sentence =
      Math.abs(change) < LEAST_CHANGE
        ? `El título apenas influye: la estimación es ${average}, y apenas la cambia ${source}.`
        : `La estimación es ${average}, ${decimal(Math.abs(change))} estrellas ${change > 0 ? 'más' : 'menos'} por ${source}.`;
    if (isBetterThanMean !== false) return sentence;
    return `${sentence} Con valoraciones apartadas, este método no acierta más que la media de cada espectador sola.`;
  },
  verdictEmpty: 'Elige un título y valora al menos otro, o prueba un ejemplo:',
  tryTitles: 'Probar con títulos conocidos',

  platformsTitle: 'Comparación de plataformas',
  platformsLead: 'Amazon, Disney, Hulu y Netflix, lado a lado.',
  allYears: 'Todos los años',
  films: 'Películas',
  series: 'Series',
  longest: 'Películas más largas',
  actors: 'Actores en más títulos',
  actorsNeedYear: 'Elige un año de estreno para ver sus actores.',
  noFilms: 'Ninguna película.',
  noTitlesHere: 'Ningún título.',
  noTitlesOfYear: 'Ninguna plataforma tiene títulos de este año.',
  noActors: 'No se conoce el reparto.',
  titleCounts: 'Títulos',

  modelsTitle: 'Qué tan buenos son los modelos',
  modelsLead: 'Medidos con datos apartados del entrenamiento.',
  recommender: 'Recomendador de juegos',
  recommenderNote: 'Calidad de las diez primeras recomendaciones (NDCG@10; 1 es perfecto), con intervalos del 95 %.',
  live: 'en uso',
  prices: 'Estimaciones de precios',
  pricesNote: 'Error medio en dólares, con juegos que el método no ha visto.',
  verdicts: 'Estimaciones de valoraciones',
  verdictsNote: 'Error en estrellas (RMSE), con valoraciones que el método no ha visto; menos es mejor.',
  meanError: 'Error medio',
  limits: 'Límites',
  best_: 'el mejor',
  globalMean: 'Media de todas las valoraciones',
  withinInterval: 'Dentro del intervalo',
  coverage: 'Juegos recomendados',
  priceMethods: {
    BAGGING: 'Árboles (bagging)',
    BOOSTING: 'Árboles (boosting)',
    GENRE_MEDIAN: 'Mediana del género',
    MEAN: 'Media',
    BEST: 'El mejor',
  },

  priceFinding: ({ best, methods }) => {
    const errors = methods.find(({ method }) => method === best)?.random;
    if (!errors) return 'No se apartó ningún juego, así que no se conoce el error de las estimaciones.';
    const [median, mean] = [decimal(errors.medianAbsoluteError), decimal(errors.mae)];
    return `La mitad de las estimaciones se desvía más de ${median} USD; la desviación media es de ${mean} USD. Dicen lo que suelen costar los juegos de este tipo, no lo que vale uno en concreto, y no reconocen un éxito de ventas, una oferta ni un precio futuro.`;
  },
  titleFinding: ({ finding, best, methods, globalMean }) => {
    const error = (name: string) => decimal(methods.find(({ method }) => method === name)?.rmse ?? 0);
    const own = error('VIEWER_MEAN');
    const everybody = decimal(globalMean?.rmse ?? 0);
    const baseline = `Con la media de todas las valoraciones el error sería de ${everybody} estrellas.`;
    switch (finding) {
      case 'NOT_MEASURED':
        return 'Hay muy pocas valoraciones para medir si las estimaciones son buenas.';
      case 'TITLE_MATTERS':
        return `Una estimación se desvía unas ${error(best)} estrellas (RMSE). El mejor método tiene en cuenta el título y acierta de forma medible más que la media del espectador, que se desvía ${own} estrellas: el veredicto dice algo del título. ${baseline}`;
      case 'NOTHING_MATTERS':
        return `Una estimación se desvía unas ${own} estrellas (RMSE). La media de todas las valoraciones, con ${everybody} estrellas de error, acierta tanto como cualquier método que tenga en cuenta al espectador o el título, así que el veredicto apenas dice nada. Mejor guiarse por los títulos parecidos.`;
      default:
        return `Una estimación se desvía unas ${own} estrellas (RMSE). La media del espectador acierta tanto como cualquier método que tenga en cuenta el título, así que el veredicto dice si el espectador es generoso, no si el título le conviene. Mejor guiarse por los títulos parecidos. ${baseline}`;
    }
  },
  rankingNames: {
    'as served': 'como se sirve',
    popularity: 'popularidad',
    'ALS cosine alone': 'solo coseno de ALS',
  },
  limitTexts: {
    'A price is that of the day of the crawl, in the store of the United States.':
      'El precio es el del día de la recogida, en la tienda de Estados Unidos.',
    'Free games and games of unknown price are not learned from: the estimate for a free game is what it would cost if it had a price.':
      'No se aprende de juegos gratuitos ni de precio desconocido: la estimación de un juego gratuito es lo que costaría si tuviera precio.',
    'The most expensive games, devices and simulators resemble no others: their estimates are far too low.':
      'Los juegos más caros, dispositivos y simuladores no se parecen a ningún otro: sus estimaciones quedan muy por debajo.',
    'The fewer details are known, the closer is an estimate to the price of a typical game.':
      'Cuantos menos datos se conocen, más se acerca la estimación al precio de un juego típico.',
    'Intervals cover 80% of prices like those of the catalogue, but fewer prices of the newest games.':
      'Los intervalos cubren el 80 % de precios como los del catálogo, pero menos precios de los juegos más nuevos.',
    'Only ratings that somebody gave can be measured. How a viewer would rate a title that nobody like the viewer chooses to watch is unknown.':
      'Solo se pueden medir valoraciones que alguien dio. No se sabe qué valoración daría un espectador a un título que nadie parecido a él elige ver.',
    'With few ratings of a viewer or of a title, the estimate is close to an average.':
      'Con pocas valoraciones de un espectador o de un título, la estimación queda cerca de una media.',
    'When a rating was given plays no part: a taste that changes is not followed.':
      'La fecha de una valoración no cuenta: no se siguen los gustos que cambian.',
    'An interval is two to three stars wide because ratings by one viewer differ that much; it is right for 80% of ratings on average, not for each viewer.':
      'Un intervalo abarca de dos a tres estrellas porque tanto difieren las valoraciones de un mismo espectador; acierta en el 80 % de las valoraciones en promedio, no con cada espectador.',
    'Similar titles do not depend on ratings, and no ratings have been used to judge them.':
      'Los títulos parecidos no dependen de las valoraciones, y no se han usado valoraciones para juzgarlos.',
    'The crawl followed friends and groups of one community. Private users, users without friends or groups, and everything since the crawl are missing.':
      'La recogida siguió amistades y grupos de una comunidad. Faltan los usuarios privados, los que no tienen amigos ni grupos, y todo lo posterior a la recogida.',
    'A playtime of 0 may mean never started, played offline, or recorded elsewhere.':
      'Un tiempo de juego de 0 puede significar que nunca se empezó, que se jugó sin conexión o que se registró en otro sitio.',
    'Soundtracks, tools and downloadable content are owned but hardly ever played, so they are rarely recommended.':
      'Las bandas sonoras, herramientas y contenidos descargables están en bibliotecas pero apenas se juegan, así que rara vez se recomiendan.',
    'Games are often bought in bundles. Owning several games of a bundle says little about taste, and bundles account for part of the measured gain from owned games.':
      'Los juegos se compran a menudo en paquetes. Tener varios juegos de un paquete dice poco del gusto, y los paquetes explican parte de la mejora medida gracias a los juegos de la biblioteca.',
    'Played is not liked: reviews and prices are not used.':
      'Jugar no es lo mismo que gustar: no se usan reseñas ni precios.',
  },

  report: 'El informe: distribuciones, valores extremos y tendencias, con hallazgos (en inglés)',
  dataTitle: 'Qué hay en los datos',
  dataLead: 'Recuentos, y lo que se desconoce o falta.',
  counts: 'Recuentos',
  missing: 'Desconocido o ausente',
  missingNote: 'Número y parte de los juegos, artículos de bibliotecas, jugadores o reseñas.',
  coverageNames: {
    undatedGames: 'Juegos sin año de lanzamiento',
    unpricedGames: 'Juegos sin precio',
    gamesWithoutDeveloper: 'Juegos sin desarrolladora',
    gamesWithoutGenre: 'Juegos sin género',
    gamesMissingFromCatalogue: 'Juegos que no están en el catálogo',
    playRowsMissingFromCatalogue: 'Compras de juegos fuera del catálogo',
    reviewsMissingFromCatalogue: 'Reseñas de juegos fuera del catálogo',
    unplayedRows: 'Compras sin jugar',
    usersWithoutItems: 'Jugadores con la biblioteca vacía',
    usersWithoutLibrary: 'Jugadores de biblioteca desconocida',
    undatedReviews: 'Reseñas sin año',
    reviewsWithInferredYear: 'Reseñas con año supuesto',
    reviewsWithoutText: 'Reseñas sin texto',
  },
  pricesOfGames: 'Precios de los juegos',
  priceSummary: (median, mean, most) =>
    `La mitad de los juegos cuesta como mucho ${median}; la media es ${mean} y el máximo ${most}.`,
  upTo: (low, high) => `de ${low} a ${high}`,
  below: (low, high) => `de ${low} a menos de ${high}`,
  atLeast: (low) => `${low} o más`,
  titlesByYear: 'Títulos por año de estreno',
  titlesByPlatform: 'Títulos por plataforma',
  titlesByRating: 'Títulos por clasificación de edad',
  otherRatings: (count) => `Otras (${count})`,
  titlesByScore: 'Títulos por valoración media',
  unknown: 'Desconocido',
};
