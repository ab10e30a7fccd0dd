// Text that grows beyond the memory: kept in an unnamed temporary file, gone with the value, until it is copied out.
#pragma once

#include <cstdio>
#include <memory>
#include <ostream>
#include <string_view>

namespace cifra {

class Spool {
public:
    // Throws InputError (cannot-write) where the system gives no temporary file, or has no room for the text.
    Spool();
    void add(std::string_view text);
    void copy_to(std::ostream& stream);

private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace cifra
