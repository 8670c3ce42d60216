// The JSON library, for whoever makes or takes apart values. This room is the only one that includes it.
#pragma once

#include "json/fwd.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace smtptls::json {

/// An object with room for so many members: one that grows copies those that it has, and all that is in them.
inline Value object(std::size_t members)
{
    Value value = Value::object();
    value.get_ref<Value::object_t&>().reserve(members);
    return value;
}

/// Adds a member that the object does not have yet, without looking for it.
inline Value& put(Value& object, std::string name, Value value)
{
    return object.get_ref<Value::object_t&>().emplace_back(std::move(name), std::move(value)).second;
}

}  // namespace smtptls::json
