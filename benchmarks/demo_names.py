"""Made-up names for the demo house: common given and family names, put together by chance.

No line belongs to a booking or a person; the names only show that every script is at home here.
"""

from __future__ import annotations

NAMES: dict[str, tuple[str, str]] = {
    "en": (
        "Alice Ben Chloe Daniel Erin George Hannah Isaac Joan Kit Lucy Morgan Nora Oscar Ryan",
        "Ashdown Bellamy Carrow Dunmore Ellwood Fairley Garside Holroyd Inglis Kershaw Langton"
        " Marlow Nettleton Ormsby Penrose Quayle Rushton Selwyn Thackray Wetherby",
    ),
    "de": (
        "Anke Björn Claudia Detlef Elke Friedrich Grete Holger Ilse Jörg Käthe Lutz Maike Norbert"
        " Önder Renate Sören Ute",
        "Ackermann Böttcher Clausen Dörfler Eßer Füßl Großmann Höfer Jäger Kühn Löwe Müllner"
        " Nübel Pröll Rößler Schäuffele Töpfer Weiß",
    ),
    "da": (
        "Astrid Bjarke Dorthe Emil Freja Gorm Helle Ingrid Jeppe Kirsten Lærke Mads Nanna Øjvind"
        " Rasmus Søs Åse",
        "Andreasen Bæk Dahlgaard Enevoldsen Fogh Grønbech Højlund Iversen Kjær Lykkegård"
        " Mølgaard Nørskov Overgaard Præstegaard Østerby Ågård",
    ),
    "sv": (
        "Åsa Birgitta Elin Göran Håkan Isak Kerstin Love Märta Nils Pär Sixten Tuva Ylva",
        "Åkerlund Bergström Dahlqvist Ekström Forsgren Hägg Lindahl Malmberg Nyström Öhman"
        " Rydén Sjöstedt Törnqvist Wallén",
    ),
    "fi": (
        "Aino Eetu Hilkka Iiro Jyrki Kaisa Päivi Tuomas Väinö Ylermi",
        "Ääri Hämäläinen Järvelä Kärkkäinen Lehtonen Mäkelä Nyyssönen Räsänen Tähtinen Yli-Ojala",
    ),
    "is": (
        "Ásdís Birna Einar Guðrún Hörður Katrín Ólöf Sæunn Þórður",
        "Ásgeirsdóttir Björnsson Eyþórsson Guðjónsdóttir Hallgrímsson Jökulsdóttir Þráinsson",
    ),
    "nl": (
        "Anouk Bram Cees Doortje Floris Gijs Hanneke Joost Lotte Maarten Noortje Sanne Teun",
        "van_Akkeren de_Bruijn van_der_Heijden Kuiper ter_Linden Meulenbelt Oosterwijk Pietersma"
        " van_’t_Riet Schouten Veldhuis IJsbrandy",
    ),
    "fr": (
        "Agnès Benoît Chloé Désirée Étienne Françoise Gaël Hélène Jérôme Léa Maël Noëlle Océane"
        " Rémi Solène",
        "Aubépin Bérard Châtel Delaunoy Évrard Fèvre Guérin Hénault Lefèbvre-Morin L’Hôte Maçon"
        " Pélissier Rivière Thévenot",
    ),
    "es": (
        "Álvaro Begoña Concepción Iñaki Inés Jesús Lucía Martín Nieves Óscar Pilar Ramón Sofía",
        "Álvarez_Peña Bermúdez Cañizares Domínguez Echevarría Güell Ibáñez Muñoz_Vidal Núñez"
        " Ordóñez Quiñones Sáenz Zúñiga",
    ),
    "pt": (
        "Anaïs Beatriz Conceição Estêvão Gonçalo Inês João Luís Mónica Rúben Simão Tomé",
        "Araújo Brandão Conceição Esteves_Leitão Falcão Gusmão Magalhães Nóbrega Paixão Simões"
        " Távora",
    ),
    "it": (
        "Alessia Beppe Chiara Donato Elisabetta Fabrizio Giosuè Ilaria Nicolò Ornella Raffaele",
        "Accardi Bertolucci_Neri D’Amico Dalla_Costa Fabbricatore Ghislanzoni Lo_Presti Niccolini"
        " Quattrocchi Scarpetta Zanardelli",
    ),
    "pl": (
        "Agnieszka Bożena Czesław Elżbieta Grażyna Jędrzej Łucja Małgorzata Stanisław Świętosława"
        " Żaneta",
        "Brzęczyk Ćwiklińska Dąbek Gałązka Jędrych Kołodziej Łęcki Mróz Ożóg Śliwa Wójtowicz Żak",
    ),
    "hr": (
        "Anđela Božidar Đurđica Hrvoje Ivančica Jadranka Krešimir Ljubica Mladen Siniša Tončica"
        " Željka",
        "Babić-Šimić Čačić Ćosić Đurić Grgić Horvatić Jurišić Klarić Ljubičić Njegovan Šarić"
        " Žganec",
    ),
    "cs": (
        "Alžběta Bořivoj Dobřena Jiří Květa Luděk Matěj Ondřej Růžena Světlana",
        "Blažek Čížek Dvořáček Hřebíček Jeřábek Kříž Příhoda Řezníček Šťastný Vondráček",
    ),
    "tr": (
        "Ayşe Çağla Emre Gülşah İbrahim Kıvanç Ömer Şebnem Tuğba Uğur",
        "Ağaoğlu Çelebi Doğan Gümüş İnce Kılıç Öztürk Şimşek Türkoğlu Yıldız",
    ),
    "el": (
        "Αγγελική Βασίλης Δήμητρα Ελένη Θανάσης Ιωάννα Κώστας Μαρία Νίκος Χρυσούλα",
        "Αλεξίου Βλάχος Γεωργίου Δημητριάδης Ζαχαρίου Ιωαννίδης Καρράς Λαμπράκης Μαυρίδης Ξένος",
    ),
    "uk": (
        "Богдана Євген Зоряна Ігор Мар’яна Лариса Назар Олеся Тарас Христина",
        "Бондаренко Гнатюк Дзюба Їжакевич Коваленко Лисенко Мельничук Савчук Ткаченко Яремчук",
    ),
    "ar": (
        "أحمد أمينة باسم خديجة رائد زينب سلمى طارق فاطمة كريم ليلى يوسف",
        "البستاني التميمي الحداد الخوري الرفاعي السباعي الشامي العطار القاضي النجار",
    ),
    "he": (
        "אביגיל בועז דנה יונתן מיכל נועה עומר רותם שירה תמר",
        "אבני ברק גולן הדרי כרמי לביא נווה פלד צור שקד",
    ),
    "ja": (
        "葵 健太 さくら 翔 千尋 直樹 花子 真由美 陽子 蓮",
        "秋山 石川 上田 岡本 加藤 小林 清水 高橋 中村 吉田",
    ),
    "zh": (
        "安然 国强 海燕 建华 丽娟 明轩 诗涵 伟 晓东 雨桐",
        "陈 邓 郭 韩 林 罗 沈 吴 许 郑",
    ),
    "hi": (
        "अनीता अर्जुन इंदिरा करण दीपक नेहा प्रिया राहुल सुनीता विजय",
        "अग्रवाल चौहान जोशी त्रिपाठी नायर पटेल भट्ट मेहता वर्मा शुक्ल",
    ),
}
"""Language tag to given and family names; `_` stands for a space inside one name."""

FAMILY_FIRST = frozenset({"ja", "zh"})
"""Languages that write the family name first; Chinese without a space."""

SHARES: dict[str, int] = {"en": 5, "de": 6, "da": 4, "fr": 3, "es": 3, "hr": 2, "el": 2, "ar": 2}
"""How often a language is drawn against 1 for the others; made up, no census."""


def full_names(language: str) -> list[str]:
    """Return every full name of `language`, in the order of the lists."""
    given, family = (names.split() for names in NAMES[language])
    pairs = [(first, last.replace("_", " ")) for first in given for last in family]
    if language == "zh":
        return [f"{last}{first}" for first, last in pairs]
    if language in FAMILY_FIRST:
        return [f"{last} {first}" for first, last in pairs]
    return [f"{first} {last}" for first, last in pairs]
