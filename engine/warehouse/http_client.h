// Queries to a ClickHouse server over HTTP: an answer is whole, or there is none.
//
//   clickhouse://[user@]host[:port]/database/table      port 8123 where none is given
//   clickhouses://...                                   the same over TLS (port 8443), the server's certificate checked
//
// A server sends its answer while it computes it, and may break off in the middle of what began as a success. So every
// query asks it to compute to the end first (wait_end_of_query), bodies shorter than announced are refused, and
// read_answer (answer.h) wants a last row that says that it is the last. Settings by which a server would answer with a
// part of the rows (shards that do not answer, limits that cut) are sent with the value that makes them errors.
//
// User and password come from the environment, never from an address: CIFRA_CLICKHOUSE_USER and
// CIFRA_CLICKHOUSE_PASSWORD, or a file of two lines named by CIFRA_CLICKHOUSE_CREDENTIALS that only its owner may read.
// They travel in headers and stand in no message.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/diagnostics.h"

namespace cifra {

struct WarehouseAddress {
    bool secure = false;
    std::string user;  // empty: the server's default, or that of the credentials
    std::string host;
    int port = 0;
    std::string database, table;
    bool operator==(const WarehouseAddress&) const = default;
};

// Whether the text means a table of a server rather than a file.
bool is_warehouse_address(std::string_view text);

// Faults: warehouse-address, password-in-address (the address is not repeated then).
std::optional<WarehouseAddress> parse_warehouse_address(std::string_view text, const Location& where,
                                                        Diagnostics& faults);
// As it was written, without a user: for messages and manifests.
std::string to_text(const WarehouseAddress& address);

struct WarehouseCredentials {
    std::string user, password;
};

// The value of an environment variable, nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

// Faults: warehouse-credentials (a file that cannot be read, that others may read, or without two lines; a user other
// than the address names).
std::optional<WarehouseCredentials> warehouse_credentials(const WarehouseAddress& address,
                                                          const Environment& environment, Diagnostics& faults);

struct WarehouseOptions {
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds answer_timeout{600'000};  // of one query; the server is told to give up at this time
    int attempts = 4;                                   // in all; only what reached no answer is tried again
    std::chrono::milliseconds first_pause{200};         // doubled before each further attempt
    std::size_t largest_answer = std::size_t{4} << 30;  // bytes
    bool read_only = true;                              // false: the query may create and insert, and is sent once
};

// The defaults, with the seconds of CIFRA_CLICKHOUSE_TIMEOUT for an answer. Faults: warehouse-timeout where these are
// no number of seconds.
WarehouseOptions warehouse_options(const Environment& environment, Diagnostics& faults);

class WarehouseClient {
public:
    // `where` is where the address stands in the user's files: the place of all faults.
    WarehouseClient(WarehouseAddress address, WarehouseCredentials credentials, Location where,
                    WarehouseOptions options = {});

    // The body of a complete answer. Throws InputError with one fault:
    //   warehouse-unreachable  no connection, or the connection was lost before an answer; after all attempts
    //   warehouse-timeout      no answer in time
    //   warehouse-incomplete   the answer broke off
    //   warehouse-login        user or password not accepted
    //   warehouse-exception    the server refuses the query; its words, cut before anything that may be data
    //   warehouse-status       another HTTP status: something else than ClickHouse, or a proxy, answers there
    //   warehouse-too-large    more than `largest_answer`
    // Safe to call from several threads.
    std::string query(const std::string& sql) const;

    // The same bytes in parts, as they come, for answers that no memory should hold; `take` says whether it wants more.
    // The server has them all before it sends the first (it keeps them on its disk). `largest_answer` does not count.
    // Faults are those of query; one that breaks off after a part was taken leaves what was taken void.
    void stream(const std::string& sql, const std::function<bool(std::string_view part)>& take) const;

    const WarehouseAddress& address() const { return address_; }
    const Location& where() const { return where_; }

private:
    WarehouseAddress address_;
    WarehouseCredentials credentials_;
    Location where_;
    WarehouseOptions options_;
};

}  // namespace cifra
