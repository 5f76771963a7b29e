// SPDX-License-Identifier: Apache-2.0
#include "forge/words.h"

#include <array>

#include "base/text.h"

namespace bridle::forge::words {
namespace {

using namespace std::string_view_literals;

constexpr std::array kFirst{"Ada"sv,  "Bruno"sv, "Chidi"sv, "Dalia"sv, "Emre"sv,  "Farah"sv, "Goran"sv, "Hana"sv,
                            "Ines"sv, "Jonas"sv, "Kofi"sv,  "Lena"sv,  "Mateo"sv, "Nadia"sv, "Omar"sv,  "Priya"sv,
                            "Rosa"sv, "Samir"sv, "Tara"sv,  "Viktor"sv};
constexpr std::array kLast{"Abara"sv,  "Brandt"sv,  "Castro"sv, "Demir"sv, "Eriksen"sv, "Ferrari"sv,
                           "Gomez"sv,  "Haddad"sv,  "Ivanova"sv, "Jansen"sv, "Keller"sv, "Lopez"sv,
                           "Mensah"sv, "Novak"sv,   "Okafor"sv, "Petrov"sv, "Quispe"sv, "Rossi"sv,
                           "Sato"sv,   "Tanaka"sv,  "Ueda"sv,   "Vargas"sv, "Weber"sv,  "Yilmaz"sv};
constexpr std::array kWords{
    "about"sv,   "after"sv,  "again"sv,   "along"sv,   "answer"sv,  "arrive"sv, "bag"sv,     "before"sv,  "bread"sv,
    "bring"sv,   "bus"sv,    "call"sv,    "change"sv,  "city"sv,    "coffee"sv, "come"sv,    "could"sv,   "day"sv,
    "dinner"sv,  "door"sv,   "early"sv,   "evening"sv, "family"sv,  "find"sv,   "five"sv,    "friend"sv,  "from"sv,
    "garden"sv,  "give"sv,   "good"sv,    "happy"sv,   "hello"sv,   "help"sv,   "home"sv,    "hope"sv,    "house"sv,
    "idea"sv,    "keep"sv,   "kitchen"sv, "know"sv,    "late"sv,    "later"sv,  "leave"sv,   "letter"sv,  "little"sv,
    "long"sv,    "look"sv,   "lunch"sv,   "market"sv,  "maybe"sv,   "meet"sv,   "message"sv, "minute"sv,  "money"sv,
    "morning"sv, "mother"sv, "music"sv,   "near"sv,    "never"sv,   "night"sv,  "number"sv,  "office"sv,  "often"sv,
    "okay"sv,    "open"sv,   "outside"sv, "paper"sv,   "park"sv,    "people"sv, "phone"sv,   "photo"sv,   "place"sv,
    "plan"sv,    "please"sv, "quick"sv,   "rain"sv,    "read"sv,    "ready"sv,  "right"sv,   "road"sv,    "school"sv,
    "see"sv,     "send"sv,   "shop"sv,    "short"sv,   "sister"sv,  "sleep"sv,  "soon"sv,    "station"sv, "still"sv,
    "street"sv,  "summer"sv, "sunday"sv,  "table"sv,   "talk"sv,    "thanks"sv, "that"sv,    "there"sv,   "think"sv,
    "ticket"sv,  "time"sv,   "today"sv,   "tomorrow"sv, "train"sv,  "travel"sv, "tree"sv,    "under"sv,   "wait"sv,
    "walk"sv,    "water"sv,  "week"sv,    "when"sv,    "where"sv,   "window"sv, "winter"sv,  "work"sv,    "write"sv,
    "year"sv,    "yes"sv,    "yesterday"sv, "young"sv};
constexpr std::array kHosts{
    "www.wikipedia.org"sv,     "en.wikipedia.org"sv,    "www.bbc.co.uk"sv,          "www.theguardian.com"sv,
    "www.example.com"sv,       "docs.example.org"sv,    "shop.example.net"sv,       "cdn.eu.example.com"sv,
    "www.openstreetmap.org"sv, "maps.apple.com"sv,      "apps.apple.com"sv,         "support.apple.com"sv,
    "www.youtube.com"sv,       "youtu.be"sv,            "www.instagram.com"sv,      "www.reddit.com"sv,
    "old.reddit.com"sv,        "github.com"sv,          "www.nytimes.com"sv,        "www.lemonde.fr"sv,
    "www.spiegel.de"sv,        "elpais.com"sv,          "www.aljazeera.com"sv,      "timesofindia.indiatimes.com"sv,
    "www.amazon.com"sv,        "www.amazon.co.uk"sv,    "www.booking.com"sv,        "www.imdb.com"sv,
    "weather.example.com"sv,   "www.debian.org"sv,      "bugs.debian.org"sv,        "www.gov.uk"sv,
    "duckduckgo.com"sv,        "www.google.com"sv,      "www.google.co.uk"sv,       "news.ycombinator.com"sv,
    "stackoverflow.com"sv,     "open.spotify.com"sv,    "www.netflix.com"sv,        "www.airbnb.com"sv,
    "drive.google.com"sv,      "www.nature.com"sv,      "arxiv.org"sv,              "www.who.int"sv,
    "www.un.org"sv,            "www.amnesty.org"sv,     "citizenlab.ca"sv,          "www.eff.org"sv,
    "www.rsf.org"sv,           "www.accessnow.org"sv,   "medium.com"sv,             "www.nsopera.example.org"sv};
constexpr std::array kShorteners{"bit.ly"sv, "t.co"sv, "tinyurl.com"sv};
constexpr std::array kDaemons{
    "accountsd"sv,      "akd"sv,           "apsd"sv,          "assetsd"sv,      "assistantd"sv,     "backboardd"sv,
    "biomed"sv,         "bluetoothd"sv,    "bird"sv,          "callservicesd"sv, "cloudd"sv,        "cloudphotod"sv,
    "commcenter"sv,     "contactsd"sv,     "coreduetd"sv,     "dasd"sv,         "dataaccessd"sv,    "destinationd"sv,
    "duetexpertd"sv,    "familycircled"sv, "fmflocatord"sv,   "geod"sv,         "healthd"sv,        "homed"sv,
    "identityservicesd"sv, "imagent"sv,    "itunescloudd"sv,  "itunesstored"sv, "keybagd"sv,        "locationd"sv,
    "lsd"sv,            "mDNSResponder"sv, "mediaserverd"sv,  "mobileassetd"sv, "mstreamd"sv,       "navd"sv,
    "networkserviceproxy"sv, "nsurlsessiond"sv, "parsecd"sv,  "passd"sv,        "photoanalysisd"sv, "pipelined"sv,
    "rapportd"sv,       "routined"sv,      "searchpartyd"sv,  "sharingd"sv,     "siriknowledged"sv, "seserviced"sv,
    "suggestd"sv,       "symptomsd"sv,     "syncdefaultsd"sv, "tccd"sv,         "timed"sv,          "triald"sv,
    "trustd"sv,         "weatherd"sv,      "webbookmarksd"sv, "wifid"sv,        "BackupAgent2"sv,   "SpringBoard"sv};
constexpr std::array kSystemApps{
    "com.apple.mobilesafari"sv, "com.apple.MobileSMS"sv,  "com.apple.mobilephone"sv, "com.apple.mobilemail"sv,
    "com.apple.Maps"sv,         "com.apple.camera"sv,     "com.apple.mobileslideshow"sv, "com.apple.weather"sv,
    "com.apple.AppStore"sv,     "com.apple.Music"sv,      "com.apple.podcasts"sv,    "com.apple.Health"sv,
    "com.apple.Home"sv,         "com.apple.facetime"sv,   "com.apple.findmy"sv,      "com.apple.mobilenotes"sv,
    "com.apple.mobilecal"sv,    "com.apple.reminders"sv,  "com.apple.shortcuts"sv,   "com.apple.stocks"sv,
    "com.apple.tv"sv,           "com.apple.VoiceMemos"sv, "com.apple.Passbook"sv,    "com.apple.Translate"sv};

std::string digits(std::uint64_t value, std::size_t width) {
  std::string out = std::to_string(value);
  return out.size() < width ? std::string(width - out.size(), '0') + out : out;
}

}  // namespace

std::string person(std::uint64_t number) {
  std::string out(kFirst[number % kFirst.size()]);
  return out.append(" ").append(kLast[number / kFirst.size() % kLast.size()]);
}

std::string phone(std::uint64_t number) {
  constexpr std::uint64_t kFirstArea = 201;
  constexpr std::uint64_t kAreas = 780;
  return "+1" + digits(kFirstArea + number / 100 % kAreas, 3) + "55501" + digits(number % 100, 2);
}

std::string email(std::uint64_t number) {
  std::string out = ascii_lower(person(number));
  for (char& c : out) c = c == ' ' ? '.' : c;
  return out + std::to_string(number) + "@example.com";
}

std::string sentence(Random& random, unsigned least, unsigned most) {
  std::string out;
  const std::uint64_t count = least + random.below(most - least + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i != 0) out.push_back(' ');
    out.append(random.pick(kWords));
  }
  if (!out.empty()) out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string_view host(Random& random) { return random.pick(kHosts); }

std::string url(Random& random) {
  std::string out = "https://";
  if (random.one_in(40)) return out.append(random.pick(kShorteners)).append("/").append(random.hex(7));
  out.append(host(random));
  for (std::uint64_t i = 1 + random.below(3); i > 0; --i) out.append("/").append(random.pick(kWords));
  out.append("/").append(std::to_string(random.below(100'000)));
  if (random.one_in(5)) out.append("?id=").append(random.hex(6)).append("&ref=").append(random.pick(kWords));
  return out;
}

std::span<const std::string_view> daemons() { return kDaemons; }
std::span<const std::string_view> system_apps() { return kSystemApps; }

}  // namespace bridle::forge::words
