// What the answers of a ClickHouse server mean for the user. Used by the client and by the reader of answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cifra {

struct WarehouseFault {
    std::string code, message, hint;
};

// The number of the exception that a text of the server begins with or, where `anywhere`, holds: "Code: 60, ...".
std::optional<int> exception_number(std::string_view body, bool anywhere = false);

// Whether the server has too many queries for now.
bool is_busy(std::string_view body);

// The fault of an answer that is no success. Of the server's words only those are repeated that come before anything
// that may be a value: the first quote or digit.
WarehouseFault fault_of_answer(int status, std::string_view body, const std::string& server);
WarehouseFault fault_of_exception(int number, std::string_view body, const std::string& server);
WarehouseFault broken_answer(const std::string& server);
WarehouseFault late_answer(const std::string& server);

}  // namespace cifra
