#include "base/shared_text.hpp"

#include <unordered_map>

namespace smtptls::base {
namespace {

// The texts of which copies are likely. The keys are views of the values.
class Cache {
public:
    std::shared_ptr<const std::string> find_or_add(std::string_view text)
    {
        if (const auto found = texts_.find(text); found != texts_.end()) {
            return found->second;
        }
        if (texts_.size() == most) {
            texts_.clear();
        }
        auto shared = std::make_shared<const std::string>(text);
        texts_.emplace(*shared, shared);
        return shared;
    }

private:
    static constexpr std::size_t most = 1024;

    std::unordered_map<std::string_view, std::shared_ptr<const std::string>> texts_;
};

}  // namespace

SharedText::SharedText(std::string_view text)
{
    if (!text.empty()) {
        thread_local Cache cache;
        text_ = cache.find_or_add(text);
    }
}

const std::string& SharedText::str() const
{
    static const std::string nothing;
    return text_ != nullptr ? *text_ : nothing;
}

}  // namespace smtptls::base
