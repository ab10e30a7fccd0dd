#include "engine/warehouse/http_client.h"

#include <fmt/format.h>
#include <httplib.h>
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

#include "engine/warehouse/http_faults.h"

namespace cifra {

namespace {

using Clock = std::chrono::steady_clock;

// A server that closes its end while we write must be a fault of the query, not the end of the program.
class PipeSignalHeld {
public:
    PipeSignalHeld() {
        sigemptyset(&pipe_);
        sigaddset(&pipe_, SIGPIPE);
        sigset_t pending;
        sigpending(&pending);
        was_pending_ = sigismember(&pending, SIGPIPE) == 1;
        pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    ~PipeSignalHeld() {
        const timespec now{};
        if (!was_pending_) sigtimedwait(&pipe_, nullptr, &now);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    PipeSignalHeld(const PipeSignalHeld&) = delete;
    PipeSignalHeld& operator=(const PipeSignalHeld&) = delete;

private:
    sigset_t pipe_{}, before_{};
    bool was_pending_ = false;
};

// What makes an answer whole or an error, whatever the profile of the user says; then what keeps the server from other
// arithmetic than written (compiled expressions, chains of `=` turned into sets, which tell 0 from -0); then sorts that
// go to its disk before its memory is gone, and the bounds of a query of ours.
constexpr std::string_view fixed_settings =
    "wait_end_of_query=1&skip_unavailable_shards=0&distributed_group_by_no_merge=0&join_use_nulls=0"
    "&max_result_rows=0&max_result_bytes=0&extremes=0&enable_http_compression=0"
    "&timeout_overflow_mode=throw&read_overflow_mode=throw&group_by_overflow_mode=throw&sort_overflow_mode=throw"
    "&result_overflow_mode=throw&set_overflow_mode=throw&join_overflow_mode=throw&transfer_overflow_mode=throw"
    "&distinct_overflow_mode=throw&compile_expressions=0&optimize_min_equality_disjunction_chain_length=1000000"
    "&max_bytes_before_external_sort=1073741824"
    "&max_query_size=67108864&max_ast_depth=4000&max_ast_elements=5000000"
    "&max_expanded_ast_elements=5000000";

std::string path_of(const WarehouseOptions& options) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.answer_timeout).count();
    return fmt::format("/?{}&max_execution_time={}{}", fixed_settings, seconds, options.read_only ? "&readonly=2" : "");
}

// Takes a part of a good answer, and says whether it wants more.
using Sink = std::function<bool(std::string_view part)>;

struct Attempt {
    httplib::Error error = httplib::Error::Success;
    int status = 0;  // 0: no answer began
    std::string body;
    bool too_large = false;
    bool late = false;  // the time for an answer was over
};

bool keep(std::string_view part, std::size_t largest, Attempt& attempt) {
    attempt.too_large = part.size() > largest - attempt.body.size();
    if (!attempt.too_large) attempt.body.append(part);
    return !attempt.too_large;
}

httplib::Request request_of(const std::string& sql, const WarehouseCredentials& credentials,
                            const WarehouseOptions& options, const Sink& sink, Attempt& attempt) {
    httplib::Request request;
    request.method = "POST";
    request.path = path_of(options);
    request.body = sql;
    request.set_header("Content-Type", "text/plain");
    if (!credentials.user.empty()) request.set_header("X-ClickHouse-User", credentials.user);
    if (!credentials.password.empty()) request.set_header("X-ClickHouse-Key", credentials.password);
    request.response_handler = [&](const httplib::Response& response) {
        attempt.status = response.status;
        return true;
    };
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
        const std::string_view part(data, size);
        return sink && attempt.status == 200 ? sink(part) : keep(part, options.largest_answer, attempt);
    };
    return request;
}

Attempt send(const std::string& sql, const WarehouseAddress& address, const WarehouseCredentials& credentials,
             const WarehouseOptions& options, const Sink& sink) {
    const PipeSignalHeld held;
    Attempt attempt;
    const std::string host = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
    httplib::Client client(fmt::format("{}://{}:{}", address.secure ? "https" : "http", host, address.port));
    // The server gives up by itself a little earlier, and then says so.
    const std::chrono::milliseconds patience = options.answer_timeout + options.answer_timeout / 10;
    client.set_connection_timeout(options.connect_timeout);
    client.set_read_timeout(patience);
    client.set_write_timeout(patience);
    const Clock::time_point begin = Clock::now();
    const httplib::Result result = client.send(request_of(sql, credentials, options, sink, attempt));
    attempt.error = result.error();
    if (result) attempt.status = result->status;
    attempt.late = Clock::now() - begin >= patience;
    return attempt;
}

bool reached_no_answer(const Attempt& attempt) {
    if (attempt.status != 0) return is_busy(attempt.body);
    return attempt.error != httplib::Error::Success && !attempt.late &&
           attempt.error != httplib::Error::SSLServerVerification && attempt.error != httplib::Error::SSLLoadingCerts;
}

// A query that only reads may be sent again; one that writes may have been carried out although no answer came.
Attempt send_until_answered(const std::string& sql, const WarehouseAddress& address,
                            const WarehouseCredentials& credentials, const WarehouseOptions& options,
                            const Sink& sink) {
    const int attempts = options.read_only ? std::max(options.attempts, 1) : 1;
    auto pause = options.first_pause;
    Attempt attempt = send(sql, address, credentials, options, sink);
    for (int k = 1; k < attempts && reached_no_answer(attempt); ++k) {
        std::this_thread::sleep_for(pause);
        pause *= 2;
        attempt = send(sql, address, credentials, options, sink);
    }
    return attempt;
}

WarehouseFault fault_without_answer(const Attempt& attempt, const std::string& server) {
    using httplib::Error;
    if (attempt.error == Error::SSLServerVerification || attempt.error == Error::SSLConnection ||
        attempt.error == Error::SSLLoadingCerts)
        return {"warehouse-unreachable", fmt::format("no safe connection to {}", server),
                "see that the server speaks TLS on that port and that its certificate is signed for that host"};
    if (attempt.late) return late_answer(server);
    const bool connected = attempt.error == Error::Read || attempt.error == Error::Write;
    return {"warehouse-unreachable",
            fmt::format("{} {}", server, connected ? "closed the connection before it answered" : "cannot be reached"),
            "see that the server runs, and that host and port (of its HTTP interface) are right"};
}

void check(const Attempt& attempt, const WarehouseAddress& address, const Location& where,
           const WarehouseOptions& options) {
    const std::string server = fmt::format("{}:{}", address.host, address.port);
    const auto fail = [&](const WarehouseFault& fault) { fail_input(where, fault.code, fault.message, fault.hint); };
    if (attempt.too_large)
        fail({"warehouse-too-large",
              fmt::format("the answer of {} has more than {} bytes", server, options.largest_answer),
              "ask for fewer groups: fewer domains at a time"});
    if (attempt.status == 0) fail(fault_without_answer(attempt, server));
    if (attempt.status != 200) fail(fault_of_answer(attempt.status, attempt.body, server));
    if (attempt.error != httplib::Error::Success) fail(attempt.late ? late_answer(server) : broken_answer(server));
}

}  // namespace

WarehouseClient::WarehouseClient(WarehouseAddress address, WarehouseCredentials credentials, Location where,
                                 WarehouseOptions options)
    : address_(std::move(address)), credentials_(std::move(credentials)), where_(std::move(where)), options_(options) {}

std::string WarehouseClient::query(const std::string& sql) const {
    Attempt attempt = send_until_answered(sql, address_, credentials_, options_, {});
    check(attempt, address_, where_, options_);
    return std::move(attempt.body);
}

void WarehouseClient::stream(const std::string& sql, const std::function<bool(std::string_view part)>& take) const {
    bool wanted = true;
    const Attempt attempt = send_until_answered(sql, address_, credentials_, options_,
                                                [&](std::string_view part) { return wanted = take(part); });
    if (wanted) check(attempt, address_, where_, options_);
}

}  // namespace cifra
