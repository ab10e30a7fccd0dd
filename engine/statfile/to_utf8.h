// Texts in an old encoding as UTF-8, by iconv.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace cifra {

class ToUtf8 {
public:
    // `encoding` as iconv names it: "CP850", "WINDOWS-1252".
    explicit ToUtf8(const std::string& encoding);
    bool knows_encoding() const { return converter_ != nullptr; }
    // The text until the next call; as it came where it is not in the encoding.
    std::string_view operator()(std::string_view text);

private:
    struct Converter;
    struct Close {
        void operator()(Converter* converter) const;
    };
    std::unique_ptr<Converter, Close> converter_;
    std::string converted_;
};

}  // namespace cifra
