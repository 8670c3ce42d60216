// Text that comes again and again, kept once: a report has a hundred thousand findings and a few hundred sentences.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace smtptls::base {

/// Never changes; copies share it, and so do equal texts that one thread makes one after the other.
class SharedText {
public:
    SharedText() = default;
    explicit SharedText(std::string_view text);

    SharedText& operator=(std::string_view text) { return *this = SharedText(text); }

    const std::string& str() const;
    operator const std::string&() const { return str(); }  // NOLINT: as good as the string
    operator std::string_view() const { return str(); }    // NOLINT
    bool empty() const { return text_ == nullptr; }

    friend std::string operator+(const SharedText& one, std::string_view other)
    {
        return one.str() + std::string(other);
    }
    friend std::string operator+(std::string one, const SharedText& other) { return std::move(one) + other.str(); }
    friend bool operator==(const SharedText& one, const SharedText& other) { return one.str() == other.str(); }
    friend bool operator==(const SharedText& one, const std::string& other) { return one.str() == other; }
    friend bool operator==(const SharedText& one, std::string_view other) { return one.str() == other; }
    friend bool operator==(const SharedText& one, const char* other) { return one.str() == other; }
    friend std::ostream& operator<<(std::ostream& stream, const SharedText& text) { return stream << text.str(); }

private:
    std::shared_ptr<const std::string> text_;  // nullptr: empty
};

}  // namespace smtptls::base
