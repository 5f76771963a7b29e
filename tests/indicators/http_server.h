// SPDX-License-Identifier: Apache-2.0
// A real HTTP/1.1 server on 127.0.0.1 for the tests of fetching: it answers each path with the bytes it was given.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace bridle::testing {

class HttpServer {
 public:
  HttpServer() : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(listening_, 16);
    socklen_t size = sizeof(address);
    ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpServer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url(const std::string& path = "") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::uint16_t port() const { return port_; }

  /// The whole answer, status line included, as it goes over the wire.
  void answer(const std::string& path, std::string bytes) {
    const std::scoped_lock lock(mutex_);
    answers_[path] = std::move(bytes);
  }
  void ok(const std::string& path, const std::string& body) {
    answer(path, "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
                     body);
  }
  void redirect(const std::string& path, const std::string& to) {
    answer(path, "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (int client; (client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ::close(client)) {
      std::string request;
      std::vector<char> buffer(4096);
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto n = ::recv(client, buffer.data(), buffer.size(), 0);
        if (n <= 0) break;
        request.append(buffer.data(), static_cast<std::size_t>(n));
      }
      const auto begin = request.find(' ') + 1;
      const std::string path = request.substr(begin, request.find(' ', begin) - begin);
      const std::string bytes = reply(path);
      for (std::size_t at = 0; at < bytes.size();) {
        const auto n = ::send(client, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
        if (n <= 0) break;
        at += static_cast<std::size_t>(n);
      }
    }
  }

  std::string reply(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(path);
    const auto found = answers_.find(path);
    if (found != answers_.end()) return found->second;
    return "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nnot found";
  }

  int listening_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace bridle::testing
