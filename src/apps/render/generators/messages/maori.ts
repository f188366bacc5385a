import type { Catalogue } from './catalogue.ts';

/** The texts of the worksheets in Māori. */
export const maori: Catalogue = {
  arrows: {
    description: 'E whā ngā kāri pere: whakamua, whakamuri, huri mauī, huri matau.',
    forward: 'Whakamua',
    backward: 'Whakamuri',
    left: 'Huri mauī',
    right: 'Huri matau',
  },
  barcodeChecksumPoster: {
    title: 'Kei te tika tēnei waehere pae?',
    description: 'He pānui e whakaatu ana i te tātai o te mati taki o te waehere pae.',
    digit: 'Mati',
    times: 'Whakarea',
    product: 'Otinga',
    checkDigit: 'mati taki',
    add: (numbers, sum) => `Tāpirihia ngā otinga: ${numbers.join(' + ')} = ${sum}`,
    lastDigit: (sum, digit) => `Ko ${digit} te mati whakamutunga o ${sum}.`,
    subtract: (digit, check) =>
      digit === 0 ? 'He 0 tērā, nō reira ko 0 te mati taki.' : `10 − ${digit} = ${check}. Koia te mati taki.`,
    verdict: 'Ki te hē te pānui i tētahi mati, kāore te mati taki e hāngai.',
    steps: ['Whakareatia ia mati, hāunga te whakamutunga, ki te tau kei raro.'],
  },
  binaryCards: {
    front: (count) => (count === 1 ? 'He kāri, kotahi tōna ira.' : `He kāri, ${count} ōna ira.`),
    back: 'Te tuarā pango o te kāri.',
  },
  binaryCardsSmall: {
    front: (counts) => `He kāri: ${counts.join(', ')} ngā ira.`,
    back: 'Ngā tuarā pango o ngā kāri.',
  },
  binaryToAlphabet: {
    title: 'Ngā pū hei tau ā-rua',
    studentHint: 'Tuhia te tau ā-rua o ia pū. Kua oti te tuatahi.',
    teacherHint: 'Ngā whakautu: te tau ā-rua o ia pū.',
    description: 'He tūtohi o ngā pū o te arapū, me ō rātou tau, me ngā mati ā-rua e rima mō ia pū.',
    letter: 'Pū',
    number: 'Tau',
    space: 'āputa',
  },
  binaryWindows: {
    pictures: (counts) =>
      `Te whārangi kei raro i ngā matapihi: ${counts.join(', ')} ngā ira, me te tohu kā mō ia matapihi.`,
    windows: 'Te whārangi matapihi, hei tapahi i ngā raina motumotu; kei ia matapihi te tohu weto.',
    belowHint: 'Whārangi 1: koinei ka kitea ina tuwhera ngā matapihi.',
    windowHint:
      'Whārangi 2: tapahia ngā raina motumotu, whātuia ngā raina iraira, ka whakapiri i te anga ki te whārangi 1.',
  },
  grid: { description: 'He tukutata, 8 × 8.' },
  jobBadges: {
    description: 'E ono ngā tohu hei tapahi: te kaihōtaka, te karetao, te kaiwhakamātau, kia rua o ia tohu.',
    programmer: 'Kaihōtaka',
    programmerTask: 'ka tuhi i ngā tohutohu',
    bot: 'Karetao',
    botTask: 'ka whai i ngā tohutohu',
    tester: 'Kaiwhakamātau',
    testerTask: 'ka rapu i ngā hapa',
  },
  leftRightCards: {
    description: 'E rua ngā kāri hei tapahi: he ringa mauī, he ringa matau.',
    left: 'Mauī',
    right: 'Matau',
  },
  moduloClock: {
    blank: 'He mata karaka, kāore ōna tau.',
    numbered: (numbers) => `He mata karaka, mai i te 0 ki te ${numbers - 1} ōna tau.`,
  },
  parityCards: {
    front: 'E rua tekau ngā kāri mā: ngā mata.',
    back: (colour) => `E rua tekau ngā kāri ${colour}: ngā tuarā.`,
    colours: {
      black: 'pango',
      blue: 'kikorangi',
      green: 'kākāriki',
      purple: 'waiporoporo',
      red: 'whero',
    },
  },
  pianoKeys: {
    plain: 'Ngā pātuhi o te piana, me ngā ingoa o ngā pātuhi mā.',
    highlighted: (note) =>
      `Ngā pātuhi o te piana, me ngā ingoa o ngā pātuhi mā. Kua tohua ia pātuhi ${note}.`,
  },
  searchingCards: {
    description: (count) => `${count} ngā kāri tau hei rapu, hei tapahi.`,
    blank: (count) => `${count} ngā kāri wātea, hei tapahi.`,
    helpTitle: 'Te rapu i ngā kāri',
    helpIntroduction:
      'Whakatakotoria ngā kāri ki te rārangi, kia huna ngā tau, kia rite ki te raupapa o raro nei. Ka whakahua tētahi i tētahi tau, ā, ka utu ia i te rare kotahi mō ia kāri ka hurihia.',
    inOrder: 'Ngā tau, mai i te iti ki te nui',
    inOrderBlank: (count) =>
      `Tuhia kia ${count} ngā tau rerekē ki ngā kāri, ka whakaraupapa ai, ko te iti rawa ki te taha mauī.`,
    howTo: 'Te ara tere rawa',
    steps: (count, middle, turns) => [
      `Hurihia te kāri kei waenganui: te kāri ${middle} o ngā kāri ${count}.`,
      'Mehemea koia te tau, kua kitea e koe.',
      'Ki te nui ake te tau o te kāri, kei te taha mauī anake te tau e rapua ana; ki te iti iho, kei te taha matau anake. Tangohia atu tērā atu haurua.',
      'Hurihia te kāri kei waenganui o ngā kāri e toe ana, ka pērā tonu.',
      `Kāore e nui ake i te ${turns} ngā hurihanga.`,
    ],
    compare:
      'Kātahi ka whakaranu i ngā kāri, ka rapu anō: ināianei kāore e taea te tango, ā, tērā pea ka hurihia ngā kāri katoa.',
  },
  sortingNetwork: {
    description:
      'He whatunga kōmaka mō ngā tau e ono: tekau mā rua ngā porowhita, ka tūtaki ngā ara e rua ki ia porowhita, ka haere te tau iti ki te mauī.',
    values: (numbers) => `Ngā tau i te tīmatanga: ${numbers.join(', ')}.`,
    start: 'Tīmata',
    finish: 'Mutunga',
    smaller: 'iti iho',
    larger: 'nui ake',
    hint: 'Tūtaki ki te porowhita, whakatauritea: ko te iti ki te mauī, ko te nui ki te matau.',
  },
  sortingNetworkCards: {
    description: (cards) => `Ngā kāri hei tapahi: ${cards}.`,
    words: ['kākā', 'kākāpō', 'kākāriki', 'kea', 'kererū', 'kiwi'],
    ridingHood: [
      'Ka whakakī tōna māmā i te kete mā Kui.',
      'Ka tūtaki ia ki te wuruhi i te ara o te ngahere.',
      'Ka kohi ia i ngā putiputi, ka oma te wuruhi ki mua.',
      'Ka takoto te wuruhi i te moenga o Kui.',
      'Ka rongo te kaiwhakangau i tana karanga āwhina.',
      'Ka kai keke tahi rātou katoa.',
    ],
    butterfly: [
      'He hua kei runga i te rau.',
      'Ka pao mai he anuhe iti.',
      'Ka kai, ka kai, ā, ka tipu.',
      'Ka huri hei tungoungou.',
      'Ka tuwhera te tungoungou.',
      'Ka rere atu te pūrerehua.',
    ],
  },
  trainStations: {
    circular: 'He ara tereina porohita, e ono ngā teihana.',
    twisted: 'He ara tereina e whiti ana i a ia anō, e ono ngā teihana.',
    title: 'Ka tū te tereina ki hea?',
    station: (letter) => `Teihana ${letter}`,
  },
  treasureHunt: {
    title: 'Te rapu taonga',
    description: (numbers) => `He mahere o te motu, e 26 ngā wāhi, mai i te A ki te Z. ${numbers}`,
    numbers: (numbers) => `Ō rātou tau: ${numbers.join(', ')}.`,
    blank: 'Kāore anō kia tuhia ngā tau.',
    number: 'Te tau o te taonga:',
    instructionsTitle: 'Te rapu taonga: me pēhea te tākaro',
    aim: 'Kei tētahi o ngā wāhi e 26 o te motu te taonga. Kimihia, kia iti rawa ngā pātai.',
    youNeed: 'Ngā mea e hiahiatia ana',
    needed:
      'Tokorua ngā kaitākaro, kotahi te mahere mā ia tangata. Kaua tētahi e titiro ki te mahere a tētahi.',
    steps: [
      'Kōwhiria tētahi wāhi mō tō taonga, tuhia tōna tau ki raro i tō mahere. Kaua e whāki i te pū.',
      'Kōrerohia te tau o tō taonga ki tērā atu kaitākaro.',
      'Tākaro tauwhitiwhiti. Whakahuahia he pū: mā tērā atu kaitākaro e kōrero te tau o taua wāhi.',
      'Mehemea koia te tau o te taonga, kua kitea e koe. Tohua ki te ripeka ngā wāhi katoa kua pātaihia.',
      'Tatauria ngā pātai. Ko te kaitākaro he iti iho ana pātai te toa.',
    ],
    thinkSorted:
      'Ka piki ngā tau mai i te A ki te Z. Me pēhea e whakakorea ai te haurua o ngā wāhi ki te pātai kotahi? E hia rawa ngā pātai ka hiahiatia?',
    thinkUnsorted: 'Kāore ngā tau i te raupapa. He pai ake rānei tētahi atu huarahi i te pātai takitahi?',
    thinkBlank:
      'Tuhia he tau ki ia wāhi i te tuatahi: kia raupapa mai i te A ki te Z, kia kore rānei. Ko tēhea te mea māmā ake ki te rapu?',
    think: 'Whakaarohia',
    play: 'Te kēmu',
  },
};
