#include "tests/engine/warehouse/fake_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace cifra {

namespace {

// A socket bound to a free port of the loopback.
std::pair<int, int> bound_socket() {
    const int handle = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(handle, generic, size) != 0 || getsockname(handle, generic, &size) != 0)
        throw std::runtime_error("no socket");
    return {handle, ntohs(address.sin_port)};
}

bool is_complete(const std::string& request) {
    const std::size_t head = request.find("\r\n\r\n");
    const std::size_t length = request.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return false;
    return request.size() >= head + 4 + std::stoul(request.substr(length + 16));
}

std::string read_request(int connection) {
    std::string request;
    char buffer[4096];
    while (!is_complete(request)) {
        const ssize_t count = recv(connection, buffer, sizeof buffer, 0);
        if (count <= 0) break;
        request.append(buffer, static_cast<std::size_t>(count));
    }
    return request;
}

void send_all(int connection, const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const ssize_t count = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) return;
        sent += static_cast<std::size_t>(count);
    }
}

}  // namespace

FakeServer::FakeServer(Answer answer) : answer_(std::move(answer)) {
    std::tie(listener_, port_) = bound_socket();
    if (listen(listener_, 16) != 0) throw std::runtime_error("cannot listen");
    thread_ = std::thread([this] { serve(); });
}

FakeServer::~FakeServer() {
    stopped_ = true;
    thread_.join();
    close(listener_);
}

void FakeServer::serve() {
    std::size_t count = 0;
    while (!stopped_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (poll(&waiting, 1, 20) <= 0) continue;
        const int connection = accept(listener_, nullptr, nullptr);
        const std::string request = read_request(connection);
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
        }
        send_all(connection, answer_(count++));
        close(connection);
    }
}

std::vector<std::string> FakeServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

int closed_port() {
    const auto [handle, port] = bound_socket();
    close(handle);
    return port;
}

std::string http_answer(const std::string& body, int status) {
    return fmt::format("HTTP/1.1 {} Word\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status, body.size(),
                       body);
}

}  // namespace cifra
