#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "engine/table.h"
#include "engine/warehouse/http_client.h"

namespace cifra {

namespace {

constexpr std::string_view plain_scheme = "clickhouse://", secure_scheme = "clickhouses://";

// The part of `rest` before the separator, which is taken away with it; nothing where there is no separator.
std::optional<std::string> take_until(std::string_view& rest, char separator) {
    const std::size_t at = rest.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    std::string part(rest.substr(0, at));
    rest.remove_prefix(at + 1);
    return part;
}

std::optional<int> parse_port(std::string_view text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535) return std::nullopt;
    return port;
}

// host, host:port, [::1] or [::1]:port.
bool read_host(std::string_view text, WarehouseAddress& address) {
    std::string_view port;
    if (text.starts_with('[')) {
        text.remove_prefix(1);
        const auto host = take_until(text, ']');
        if (!host || (!text.empty() && text.front() != ':')) return false;
        address.host = *host;
        port = text;
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        address.host = text.substr(0, colon);
        port = text.substr(colon);
    }
    address.port = address.secure ? 8443 : 8123;
    if (!port.empty()) {
        const auto number = parse_port(port.substr(1));
        if (!number) return false;
        address.port = *number;
    }
    return !address.host.empty() && address.host.find_first_of(" \t\r\n?#%") == std::string::npos;
}

bool read_parts(std::string_view rest, WarehouseAddress& address) {
    auto authority = take_until(rest, '/');
    auto database = take_until(rest, '/');
    if (!authority || !database || database->empty() || rest.empty()) return false;
    if (rest.find_first_of("/?#") != std::string_view::npos) return false;
    std::string_view host = *authority;
    if (auto user = take_until(host, '@')) address.user = *user;
    address.database = *database;
    address.table = rest;
    return read_host(host, address);
}

// Two lines; nothing where the file is not of that form.
std::optional<WarehouseCredentials> read_two_lines(const std::string& file) {
    std::ifstream in(file);
    WarehouseCredentials credentials;
    std::string more;
    if (!std::getline(in, credentials.user) || !std::getline(in, credentials.password)) return std::nullopt;
    if (std::getline(in, more)) return std::nullopt;
    for (std::string* line : {&credentials.user, &credentials.password})
        if (line->ends_with('\r')) line->pop_back();
    return credentials;
}

std::optional<WarehouseCredentials> read_credentials(const std::string& file, Diagnostics& faults) {
    struct stat status {};
    if (stat(file.c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        faults.error({file, 0, 0}, "warehouse-credentials", "others than its owner may use the file of credentials",
                     "take their rights away: chmod 600");
        return std::nullopt;
    }
    auto credentials = read_two_lines(file);
    if (!credentials)
        faults.error({file, 0, 0}, "warehouse-credentials", "the file of credentials does not hold two lines",
                     "write the user on the first line and the password on the second");
    return credentials;
}

}  // namespace

bool is_warehouse_address(std::string_view text) {
    return text.starts_with(plain_scheme) || text.starts_with(secure_scheme);
}

std::optional<WarehouseAddress> parse_warehouse_address(std::string_view text, const Location& where,
                                                        Diagnostics& faults) {
    WarehouseAddress address;
    address.secure = text.starts_with(secure_scheme);
    const bool known = is_warehouse_address(text);
    const std::string_view rest = known ? text.substr((address.secure ? secure_scheme : plain_scheme).size()) : text;
    const bool read = read_parts(rest, address);
    if (rest.substr(0, std::min(rest.find('@'), rest.size())).find(':') != std::string_view::npos &&
        rest.find('@') != std::string_view::npos) {
        faults.error(where, "password-in-address", "the address of a server holds a password",
                     "take it out and set CIFRA_CLICKHOUSE_PASSWORD, or CIFRA_CLICKHOUSE_CREDENTIALS with a file");
        return std::nullopt;
    }
    if (known && read) return address;
    faults.error(where, "warehouse-address", "this is not the address of a table of a server",
                 "write clickhouse://[user@]host[:port]/database/table, or clickhouses:// for TLS");
    return std::nullopt;
}

std::string to_text(const WarehouseAddress& address) {
    const std::string host = address.host.find(':') == std::string::npos ? address.host : "[" + address.host + "]";
    return fmt::format("{}{}:{}/{}/{}", address.secure ? secure_scheme : plain_scheme, host, address.port,
                       address.database, address.table);
}

Environment process_environment() {
    return [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

std::optional<WarehouseCredentials> warehouse_credentials(const WarehouseAddress& address,
                                                          const Environment& environment, Diagnostics& faults) {
    WarehouseCredentials credentials;
    const auto file = environment("CIFRA_CLICKHOUSE_CREDENTIALS");
    if (file) {
        const auto read = read_credentials(*file, faults);
        if (!read) return std::nullopt;
        credentials = *read;
    } else {
        credentials.user = environment("CIFRA_CLICKHOUSE_USER").value_or("");
        credentials.password = environment("CIFRA_CLICKHOUSE_PASSWORD").value_or("");
    }
    if (credentials.user.empty()) credentials.user = address.user;
    if (address.user.empty() || credentials.user == address.user) return credentials;
    faults.error({file.value_or(""), 0, 0}, "warehouse-credentials",
                 "the credentials are of another user than the address names",
                 "name the same user in both, or none in the address");
    return std::nullopt;
}

WarehouseOptions warehouse_options(const Environment& environment, Diagnostics& faults) {
    WarehouseOptions options;
    const auto text = environment("CIFRA_CLICKHOUSE_TIMEOUT");
    const auto seconds = text ? parse_number(*text) : std::nullopt;
    if (seconds && *seconds >= 1 && *seconds <= 1e6)
        options.answer_timeout = std::chrono::seconds(static_cast<long>(*seconds));
    else if (text)
        faults.error({}, "warehouse-timeout", "CIFRA_CLICKHOUSE_TIMEOUT is no number of seconds",
                     "set it to the seconds that a query may take, or not at all");
    return options;
}

}  // namespace cifra
