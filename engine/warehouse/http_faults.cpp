#include "engine/warehouse/http_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace cifra {

namespace {

struct Known {
    int number;  // of the server's list of error codes
    std::string_view code, what, hint;
};

constexpr std::array known_exceptions = {
    Known{16, "warehouse-exception", "does not know a column", "compare the names with those of the table"},
    Known{47, "warehouse-exception", "does not know a column", "compare the names with those of the table"},
    Known{60, "warehouse-exception", "has no such table", "see the database and the table in the address"},
    Known{81, "warehouse-exception", "has no such database", "see the database in the address"},
    Known{159, "warehouse-timeout", "did not finish the query in time", "allow more time, or ask for fewer domains"},
    Known{160, "warehouse-timeout", "expects the query to take too long", "allow more time in the user's profile"},
    Known{158, "warehouse-exception", "may not read so many rows", "raise max_rows_to_read in the user's profile"},
    Known{164, "warehouse-exception", "does not let this user change settings",
          "give the user a profile with readonly = 2: it still may not write"},
    Known{192, "warehouse-login", "does not know the user", "see CIFRA_CLICKHOUSE_USER"},
    Known{193, "warehouse-login", "does not accept the password", "see CIFRA_CLICKHOUSE_PASSWORD"},
    Known{194, "warehouse-login", "wants a password", "set CIFRA_CLICKHOUSE_PASSWORD"},
    Known{195, "warehouse-login", "does not accept this user from this machine", "see the user's networks there"},
    Known{516, "warehouse-login", "does not accept user or password", "see CIFRA_CLICKHOUSE_USER and _PASSWORD"},
    Known{202, "warehouse-exception", "has too many queries at the same time", "try again later"},
    Known{241, "warehouse-exception", "has not enough memory for the query",
          "ask for fewer domains at a time, or raise max_memory_usage"},
    Known{210, "warehouse-exception", "lost the connection to a shard", "see that all shards of the table run"},
    Known{209, "warehouse-exception", "waited for a shard in vain", "see that all shards of the table run"},
    Known{279, "warehouse-exception", "cannot reach a shard of the table", "see that all shards of the table run"},
    Known{395, "warehouse-exception", "met a text with more digits than number() reads exactly there",
          "give the number as a Float64 column of the table, or of a view of it"},
};

// "e.displayText() = DB::Exception: words, e.what() = ..."
std::string safe_words(std::string_view body) {
    constexpr std::string_view mark = "DB::Exception: ";
    const std::size_t at = body.find(mark);
    if (at == std::string_view::npos) return {};
    std::string_view words = body.substr(at + mark.size());
    words = words.substr(0, words.find(", e.what()"));
    words = words.substr(0, words.find_first_of("'\"`0123456789:([{\n"));
    words = words.substr(0, std::min<std::size_t>(words.size(), 120));
    while (!words.empty() && words.back() == ' ') words.remove_suffix(1);
    return std::string(words);
}

}  // namespace

std::optional<int> exception_number(std::string_view body, bool anywhere) {
    constexpr std::string_view mark = "Code: ";
    const std::size_t at = anywhere ? body.rfind(mark) : body.starts_with(mark) ? 0 : std::string_view::npos;
    if (at == std::string_view::npos) return std::nullopt;
    const char* begin = body.data() + at + mark.size();
    int number = 0;
    const auto [end, error] = std::from_chars(begin, body.data() + body.size(), number);
    if (error != std::errc() || end == body.data() + body.size()) return std::nullopt;
    return *end == ',' || *end == '.' ? std::optional(number) : std::nullopt;
}

bool is_busy(std::string_view body) { return exception_number(body) == 202; }

WarehouseFault fault_of_exception(int number, std::string_view body, const std::string& server) {
    const auto known = std::find_if(known_exceptions.begin(), known_exceptions.end(),
                                    [&](const Known& entry) { return entry.number == number; });
    if (known != known_exceptions.end())
        return {std::string(known->code), fmt::format("{} {}", server, known->what), std::string(known->hint)};
    const std::string words = safe_words(body);
    return {
        "warehouse-exception",
        fmt::format("{} refuses the query with its exception {}{}{}", server, number, words.empty() ? "" : ": ", words),
        "the log of the server has the whole message"};
}

WarehouseFault fault_of_answer(int status, std::string_view body, const std::string& server) {
    if (const auto number = exception_number(body)) return fault_of_exception(*number, body, server);
    if (status == 401 || status == 403)
        return {"warehouse-login", fmt::format("{} does not accept user or password", server),
                "see CIFRA_CLICKHOUSE_USER and CIFRA_CLICKHOUSE_PASSWORD"};
    return {"warehouse-status", fmt::format("{} answers with HTTP status {}", server, status),
            "see that the HTTP interface of a ClickHouse server listens there, and no proxy stands between"};
}

WarehouseFault broken_answer(const std::string& server) {
    return {"warehouse-incomplete", fmt::format("the answer of {} broke off: nothing of it is used", server),
            "run it again; if it happens again, see the log of the server and of proxies on the way"};
}

WarehouseFault late_answer(const std::string& server) {
    return {"warehouse-timeout", fmt::format("{} did not answer in time", server),
            "allow more time, or ask for fewer domains"};
}

}  // namespace cifra
