import type { Catalogue } from './catalogue.ts';

/** The texts of the worksheets in German. */
export const german: Catalogue = {
  arrows: {
    description: 'Vier Karten mit Pfeilen: vorwärts, rückwärts, nach links drehen, nach rechts drehen.',
    forward: 'Vorwärts',
    backward: 'Rückwärts',
    left: 'Nach links drehen',
    right: 'Nach rechts drehen',
  },
  barcodeChecksumPoster: {
    title: 'Stimmt dieser Strichcode?',
    description: 'Ein Plakat, das die Prüfziffer eines Strichcodes Schritt für Schritt ausrechnet.',
    digit: 'Ziffer',
    times: 'Mal',
    product: 'Ergebnis',
    checkDigit: 'Prüfziffer',
    add: (numbers, sum) => `Zähle die Ergebnisse zusammen: ${numbers.join(' + ')} = ${sum}`,
    lastDigit: (sum, digit) => `Die letzte Ziffer von ${sum} ist ${digit}.`,
    subtract: (digit, check) =>
      digit === 0
        ? 'Sie ist 0, also ist die Prüfziffer 0.'
        : `10 − ${digit} = ${check}. Das ist die Prüfziffer.`,
    verdict: 'Wird eine Ziffer falsch gelesen, passt die Prüfziffer nicht mehr.',
    steps: ['Nimm jede Ziffer außer der letzten mal die Zahl darunter.'],
  },
  binaryCards: {
    front: (count) => `Eine Karte mit ${count} ${count === 1 ? 'Punkt' : 'Punkten'}.`,
    back: 'Die schwarze Rückseite einer Karte.',
  },
  binaryCardsSmall: {
    front: (counts) => `Karten mit ${counts.join(', ')} Punkten.`,
    back: 'Die schwarzen Rückseiten von Karten.',
  },
  binaryToAlphabet: {
    title: 'Buchstaben als Binärzahlen',
    studentHint: 'Schreibe zu jedem Buchstaben die Binärzahl. Die erste ist schon da.',
    teacherHint: 'Lösungen: die Binärzahl jedes Buchstabens.',
    description: 'Eine Tabelle mit den Buchstaben, ihren Nummern und je fünf Binärziffern.',
    letter: 'Zeichen',
    number: 'Zahl',
    space: 'Lücke',
  },
  binaryWindows: {
    pictures: (counts) =>
      `Das Blatt unter den Fenstern: ${counts.join(', ')} Punkte, jeweils mit dem Zeichen für an.`,
    windows:
      'Das Blatt mit den Fenstern, zum Ausschneiden an den gestrichelten Linien; jedes hat das Zeichen für aus.',
    belowHint: 'Blatt 1: Das sieht man, wenn die Fenster offen sind.',
    windowHint:
      'Blatt 2: An den gestrichelten Linien schneiden, an den gepunkteten falten, den Rahmen auf Blatt 1 kleben.',
  },
  grid: { description: 'Ein Gitter aus acht mal acht Quadraten.' },
  jobBadges: {
    description: 'Sechs Schilder zum Ausschneiden: Programmieren, Roboter und Testen, je zweimal.',
    programmer: 'Programmieren',
    programmerTask: 'schreibt die Anweisungen',
    bot: 'Roboter',
    botTask: 'tut, was sie sagen',
    tester: 'Testen',
    testerTask: 'sucht nach Fehlern',
  },
  leftRightCards: {
    description: 'Zwei Karten zum Ausschneiden: eine linke und eine rechte Hand.',
    left: 'Links',
    right: 'Rechts',
  },
  moduloClock: {
    blank: 'Das Zifferblatt einer Uhr ohne Zahlen.',
    numbered: (numbers) => `Das Zifferblatt einer Uhr mit den Zahlen von 0 bis ${numbers - 1}.`,
  },
  parityCards: {
    front: 'Zwanzig weiße Karten: die Vorderseiten.',
    back: (colour) => `Zwanzig Karten in ${colour}: die Rückseiten.`,
    colours: { black: 'Schwarz', blue: 'Blau', green: 'Grün', purple: 'Violett', red: 'Rot' },
  },
  pianoKeys: {
    plain: 'Zwei Oktaven eines Klaviers, mit den englischen Namen der weißen Tasten.',
    highlighted: (note) =>
      `Zwei Oktaven eines Klaviers, mit den englischen Namen der weißen Tasten. Jedes ${note} ist hervorgehoben.`,
  },
  searchingCards: {
    description: (count) => `${count} Karten mit Zahlen zum Suchen, zum Ausschneiden.`,
    blank: (count) => `${count} leere Karten zum Ausschneiden.`,
    helpTitle: 'So sucht man unter den Karten',
    helpIntroduction:
      'Lege die Karten verdeckt in eine Reihe, in der Reihenfolge unten. Jemand nennt eine Zahl und zahlt für jede umgedrehte Karte ein Bonbon.',
    inOrder: 'Die Zahlen der Reihe nach',
    inOrderBlank: (count) =>
      `Schreibe ${count} verschiedene Zahlen auf die Karten und ordne sie, die kleinste links.`,
    howTo: 'Der schnellste Weg',
    steps: (count, middle, turns) => [
      `Drehe die Karte in der Mitte um: die ${middle}. von ${count}.`,
      'Ist es die Zahl, hast du sie gefunden.',
      'Ist sie größer, kann die gesuchte Zahl nur links sein; ist sie kleiner, nur rechts. Nimm die andere Hälfte weg.',
      'Drehe die mittlere der übrigen Karten um und mache so weiter.',
      `Du brauchst höchstens ${turns} Karten.`,
    ],
    compare:
      'Mische dann die Karten und suche noch einmal: Jetzt kann man nichts wegnehmen, und vielleicht muss man alle Karten umdrehen.',
  },
  sortingNetwork: {
    description:
      'Ein Sortiernetz für sechs Zahlen: zwölf Kreise, in denen sich zwei Wege treffen; die kleinere Zahl geht nach links.',
    values: (numbers) => `Die Zahlen am Start: ${numbers.join(', ')}.`,
    start: 'Start',
    finish: 'Ziel',
    smaller: 'kleiner',
    larger: 'größer',
    hint: 'Trefft euch in einem Kreis und vergleicht: Die kleinere Zahl geht nach links, die größere nach rechts.',
  },
  sortingNetworkCards: {
    description: (cards) => `Karten zum Ausschneiden: ${cards}.`,
    words: ['Falke', 'Fasan', 'Fink', 'Fisch', 'Floh', 'Fuchs'],
    ridingHood: [
      'Die Mutter packt einen Korb für die Großmutter.',
      'Auf dem Weg im Wald trifft sie den Wolf.',
      'Sie pflückt Blumen, und der Wolf läuft voraus.',
      'Der Wolf liegt im Bett der Großmutter.',
      'Der Jäger hört ihren Hilferuf.',
      'Alle essen zusammen Kuchen.',
    ],
    butterfly: [
      'Ein Ei liegt auf einem Blatt.',
      'Eine kleine Raupe schlüpft.',
      'Sie frisst und frisst und wächst.',
      'Sie wird zur Puppe.',
      'Die Puppe öffnet sich.',
      'Ein Schmetterling fliegt davon.',
    ],
  },
  trainStations: {
    circular: 'Eine ringförmige Bahnstrecke mit sechs Bahnhöfen.',
    twisted: 'Eine Bahnstrecke, die sich wie eine Acht kreuzt, mit sechs Bahnhöfen.',
    title: 'Wo hält der Zug?',
    station: (letter) => `Bahnhof ${letter}`,
  },
  treasureHunt: {
    title: 'Schatzsuche',
    description: (numbers) => `Eine Karte einer Insel mit 26 Orten, von A bis Z. ${numbers}`,
    numbers: (numbers) => `Ihre Zahlen: ${numbers.join(', ')}.`,
    blank: 'Sie haben noch keine Zahlen.',
    number: 'Die Zahl des Schatzes:',
    instructionsTitle: 'Schatzsuche: So wird gespielt',
    aim: 'Der Schatz liegt an einem der 26 Orte der Insel. Finde ihn mit möglichst wenigen Fragen.',
    youNeed: 'Ihr braucht',
    needed: 'Zwei Kinder, und für jedes eine Karte. Das andere Kind darf deine Karte nicht sehen.',
    steps: [
      'Wähle einen Ort für deinen Schatz, und schreibe seine Zahl unter deine Karte. Verrate den Buchstaben nicht.',
      'Sage dem anderen Kind die Zahl deines Schatzes.',
      'Fragt abwechselnd. Nenne einen Buchstaben: Das andere Kind sagt dir die Zahl dieses Ortes.',
      'Ist es die Zahl des Schatzes, hast du ihn gefunden. Streiche jeden Ort durch, nach dem du gefragt hast.',
      'Zählt die Fragen. Wer weniger gebraucht hat, gewinnt.',
    ],
    thinkSorted:
      'Die Zahlen wachsen von A bis Z. Wie kannst du mit einer Frage die Hälfte der Orte ausschließen? Wie viele Fragen brauchst du höchstens?',
    thinkUnsorted:
      'Die Zahlen sind nicht geordnet. Gibt es etwas Besseres, als einen Ort nach dem anderen zu fragen?',
    thinkBlank:
      'Schreibe zuerst an jeden Ort eine Zahl: der Reihe nach von A bis Z oder nicht. Wo sucht es sich leichter?',
    think: 'Zum Nachdenken',
    play: 'Das Spiel',
  },
};
