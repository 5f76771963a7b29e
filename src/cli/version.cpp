// SPDX-License-Identifier: Apache-2.0
// bridle version
#include "base/version.h"

#include "cli/verbs.h"
#include "case/schema.h"

namespace bridle::cli {

std::string version_line() { return "bridle " + std::string(kVersion); }

void add_version(CLI::App& program, Session& session) {
  CLI::App* verb = program.add_subcommand("version", "Print the version.");
  add_output_options(*verb, session);
  add_examples(*verb, "Examples:\n  bridle version --json\n      for a script that must know what it talks to");
  verb->callback([&session] {
    session.job = [&session] {
      Json out = report::json_object("version");
      out.update({{"version", kVersion}, {"case_schema", kCaseSchema}});
      if (session.options.json) session.write_json(out);
      else session.write_line(version_line());
      return kDone;
    };
  });
}

}  // namespace bridle::cli
