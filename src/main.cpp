// SPDX-License-Identifier: Apache-2.0
#include "case/db.h"
#include "cli/cli.h"

int main(int argc, char** argv) {
  bridle::configure_sqlite();
  return bridle::cli::run(argc, argv);
}
