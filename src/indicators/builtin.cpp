// SPDX-License-Identifier: Apache-2.0
// The indicators that are part of Bridle, so that a first run works without a network: names of processes, paths,
// profiles and network-injection domains that their finders published. Facts only; each group names its publication.
// Left out although published: gatekeeperd, which is an Android system process, and payload, a common word.
#include <array>
#include <span>
#include <string>

#include "base/hash.h"
#include "indicators/compiled.h"
#include "indicators/indicator_set.h"
#include "indicators/set_writer.h"

namespace bridle {
namespace {

struct Group {
  std::string_view malware, publisher, reference;
  IndicatorKind kind;
  std::span<const std::string_view> values;
};

constexpr std::string_view kPegasusReport =
    "https://www.amnesty.org/en/latest/research/2021/07/forensic-methodology-report-how-to-catch-nso-groups-pegasus/";
constexpr std::string_view kPredatorReport =
    "https://citizenlab.ca/2021/12/"
    "pegasus-vs-predator-dissidents-doubly-infected-iphone-reveals-cytrox-mercenary-spyware/";
// The set names the reports it was collected from, not which path came from which.
constexpr std::string_view kPredatorSet = "https://github.com/mvt-project/mvt-indicators/tree/main/intellexa_predator";
constexpr std::string_view kTriangulationReport = "https://securelist.com/operation-triangulation/109842/";
constexpr std::string_view kQuadreamReport =
    "https://citizenlab.ca/2023/04/spyware-vendor-quadream-exploits-victims-customers/";

constexpr std::array kPegasusProcesses = std::to_array<std::string_view>({"ABSCarryLog",
                                                                          "accountpfd",
                                                                          "actmanaged",
                                                                          "aggregatenotd",
                                                                          "appccntd",
                                                                          "bfrgbd",
                                                                          "bh",
                                                                          "bluetoothfs",
                                                                          "boardframed",
                                                                          "brstaged",
                                                                          "brfstagingd",
                                                                          "bundpwrd",
                                                                          "cfprefssd",
                                                                          "ckeblld",
                                                                          "ckkeyrollfd",
                                                                          "com.apple.Mappit.SnapshotService",
                                                                          "com.apple.rapports.events",
                                                                          "CommsCenterRootHelper",
                                                                          "comnetd",
                                                                          "comsercvd",
                                                                          "confinstalld",
                                                                          "contextstoremgrd",
                                                                          "corecomnetd",
                                                                          "ctrlfs",
                                                                          "dhcp4d",
                                                                          "Diagnostic-2543",
                                                                          "Diagnosticd",
                                                                          "Diagnostics-2543",
                                                                          "eventfssd",
                                                                          "eventsfssd",
                                                                          "eventstorpd",
                                                                          "faskeepd",
                                                                          "fdlibframed",
                                                                          "fmld",
                                                                          "frtipd",
                                                                          "fservernetd",
                                                                          "GoldenGate",
                                                                          "gssdp",
                                                                          "JarvisPluginMgr",
                                                                          "jlmvskrd",
                                                                          "launchafd",
                                                                          "launchrexd",
                                                                          "libbmanaged",
                                                                          "libtouchregd",
                                                                          "llmdwatchd",
                                                                          "lobbrogd",
                                                                          "locserviced",
                                                                          "logseld",
                                                                          "misbrigd",
                                                                          "mobileargd",
                                                                          "MobileSMSd",
                                                                          "mptbd",
                                                                          "msgacntd",
                                                                          "natgd",
                                                                          "neagentd",
                                                                          "nehelprd",
                                                                          "netservcomd",
                                                                          "otpgrefd",
                                                                          "passsd",
                                                                          "pcsd",
                                                                          "PDPDialogs",
                                                                          "pstid",
                                                                          "ReminderIntentsUIExtension",
                                                                          "rlaccountd",
                                                                          "roleaboutd",
                                                                          "roleaccountd",
                                                                          "rolexd",
                                                                          "seraccountd",
                                                                          "setframed",
                                                                          "smmsgingd",
                                                                          "stagegrad",
                                                                          "stagingd",
                                                                          "vm_stats",
                                                                          "keybrd",
                                                                          "xpccfd",
                                                                          "fnotifyd",
                                                                          "tisppd",
                                                                          "updaterd",
                                                                          "wifip2ppd"});
constexpr std::array kPegasusFiles = std::to_array<std::string_view>({"roleaccountd.plist"});
constexpr std::array kPegasusDomains =
    std::to_array<std::string_view>({"free247downloads.com", "urlpush.net", "opposedarrangement.net", "baramije.net"});
constexpr std::array kPredatorPaths =
    std::to_array<std::string_view>({"/private/var/tmp/UserEventAgent", "/private/var/tmp/com.apple.WebKit.Networking",
                                     "/private/var/tmp/hooker", "/private/var/tmp/takePhoto", "/data/local/tmp/wd/"});
constexpr std::array kLaterPredatorPaths = std::to_array<std::string_view>(
    {"/private/var/logs/keybagd/", "/private/var/tmp/kusama.txt", "/private/var/tmp/etherium.txt",
     "/private/var/tmp/helper.sock", "/private/var/tmp/l/"});
constexpr std::array kPredatorProfiles = std::to_array<std::string_view>({"76DAB334-7E17-475D-A5D6-0794EB5818A5"});
constexpr std::array kTriangulationProcesses = std::to_array<std::string_view>({"BackupAgent"});
constexpr std::array kQuadreamProcesses = std::to_array<std::string_view>({"com.apple.avcapture"});
constexpr std::array kQuadreamPaths =
    std::to_array<std::string_view>({"/private/var/db/com.apple.xpc.roleaccountd.staging/subridged",
                                     "/private/var/db/com.apple.xpc.roleaccountd.staging/PlugIns/fud.appex/"});

constexpr std::array kGroups{
    Group{"Pegasus", "Amnesty International", kPegasusReport, IndicatorKind::process, kPegasusProcesses},
    Group{"Pegasus", "Amnesty International", kPegasusReport, IndicatorKind::file_name, kPegasusFiles},
    Group{"Pegasus", "Amnesty International", kPegasusReport, IndicatorKind::domain, kPegasusDomains},
    Group{"Predator", "Amnesty International and Citizen Lab", kPredatorReport, IndicatorKind::file_path,
          kPredatorPaths},
    Group{"Predator", "Amnesty International and Citizen Lab", kPredatorReport, IndicatorKind::profile_id,
          kPredatorProfiles},
    Group{"Predator", "mvt-indicators", kPredatorSet, IndicatorKind::file_path, kLaterPredatorPaths},
    Group{"Operation Triangulation", "Kaspersky", kTriangulationReport, IndicatorKind::process,
          kTriangulationProcesses},
    Group{"KingsPawn", "Citizen Lab and Microsoft", kQuadreamReport, IndicatorKind::process, kQuadreamProcesses},
    Group{"KingsPawn", "Citizen Lab and Microsoft", kQuadreamReport, IndicatorKind::file_path, kQuadreamPaths},
};

/// The table as one text, so that a case can say which version of it was used.
std::string fingerprint() {
  std::string out;
  for (const Group& group : kGroups)
    for (const std::string_view value : group.values)
      out.append(name(group.kind)).append("\t").append(value).append("\t").append(group.malware).append("\n");
  return sha256_hex(as_bytes(out));
}

}  // namespace

void IndicatorSetBuilder::add_builtin() {
  SetWriter writer(*compiled_, {.name = "built-in", .path = {}, .sha256 = fingerprint(), .format = "built-in"}, Time{});
  for (const Group& group : kGroups) {
    const std::string about = "Published by " + std::string(group.publisher);
    for (const std::string_view value : group.values)
      writer.add(
          {.where = "built-in", .malware = group.malware, .id = {}, .description = about, .reference = group.reference},
          {group.kind, Comparison::equal, value});
  }
}

}  // namespace bridle
