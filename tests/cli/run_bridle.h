// SPDX-License-Identifier: Apache-2.0
// Runs the program in a child process of the test, as a shell would.
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/cli.h"

namespace bridle::cli::test {

struct Ran {
  int code = -1;  ///< 128 + n if signal n ended it
  std::string out, err;

  /// The lines of the output as JSON; a line that is none fails the test.
  std::vector<nlohmann::ordered_json> json() const {
    std::vector<nlohmann::ordered_json> lines;
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t end = std::min(out.find('\n', at), out.size());
      auto parsed = nlohmann::ordered_json::parse(out.substr(at, end - at), nullptr, false);
      EXPECT_FALSE(parsed.is_discarded()) << out.substr(at, end - at);
      if (!parsed.is_discarded()) lines.push_back(std::move(parsed));
      at = end + 1;
    }
    return lines;
  }
};

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder of its own, the home and working directory of what runs in it.
class Place {
 public:
  Place() {
    std::string name = (std::filesystem::temp_directory_path() / "bridle_cli_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Place() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

  /// Starts the program and returns its process id. Output goes to the files `out` and `err` of the parent folder.
  pid_t start(const std::vector<std::string>& arguments, const std::function<void()>& prepare = [] {}) const {
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    const auto open_as = [](const std::string& file, int flags, int as) { ::dup2(::open(file.c_str(), flags, 0600), as); };
    open_as("/dev/null", O_RDONLY, STDIN_FILENO);
    open_as(folder_.string() + ".out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    open_as(folder_.string() + ".err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (::chdir(folder_.c_str()) != 0) ::_exit(99);
    ::setenv("HOME", folder_.c_str(), 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    for (const char* name : {"XDG_DATA_HOME", "NO_COLOR", "CLICOLOR_FORCE"}) ::unsetenv(name);
    prepare();
    std::vector<std::string> words{"bridle"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const int code = run(static_cast<int>(words.size()), argv.data());
    std::fflush(nullptr);
    ::_exit(code);
  }

  Ran wait(pid_t child) const {
    int status = 0;
    ::waitpid(child, &status, 0);
    const std::string name = folder_.string();
    Ran ran{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(name + ".out"), read_file(name + ".err")};
    std::filesystem::remove(name + ".out");
    std::filesystem::remove(name + ".err");
    return ran;
  }

  Ran operator()(const std::vector<std::string>& arguments, const std::function<void()>& prepare = [] {}) const {
    return wait(start(arguments, prepare));
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace bridle::cli::test
