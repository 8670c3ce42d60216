// What is mostly not there: it takes a pointer until it is.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace smtptls::base {

/// As std::optional, of the size of a pointer.
template <typename T>
class Sparse {
public:
    Sparse() = default;
    Sparse(T value) : value_(std::make_unique<T>(std::move(value))) {}  // NOLINT: as good as the value
    Sparse(const Sparse& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
    Sparse(Sparse&&) noexcept = default;
    Sparse& operator=(const Sparse& other)
    {
        value_ = other.value_ ? std::make_unique<T>(*other.value_) : nullptr;
        return *this;
    }
    Sparse& operator=(Sparse&&) noexcept = default;
    ~Sparse() = default;

    explicit operator bool() const { return value_ != nullptr; }
    bool has_value() const { return value_ != nullptr; }
    const T& operator*() const { return *value_; }
    T& operator*() { return *value_; }
    const T* operator->() const { return value_.get(); }
    T* operator->() { return value_.get(); }
    T value_or(T otherwise) const { return value_ ? *value_ : std::move(otherwise); }

private:
    std::unique_ptr<T> value_;
};

/// A list that is mostly empty.
template <typename T>
class SparseList {
public:
    SparseList() = default;
    SparseList(std::vector<T> list)  // NOLINT: as good as the list
    {
        if (!list.empty()) {
            list.shrink_to_fit();
            list_ = std::move(list);
        }
    }
    SparseList(std::initializer_list<T> list) : SparseList(std::vector<T>(list)) {}

    operator const std::vector<T>&() const { return list(); }  // NOLINT
    const std::vector<T>& list() const
    {
        static const std::vector<T> nothing;
        return list_ ? *list_ : nothing;
    }
    void push_back(T value)
    {
        if (!list_) {
            list_ = std::vector<T>();
        }
        (*list_).push_back(std::move(value));
    }

    bool empty() const { return !list_; }
    std::size_t size() const { return list().size(); }
    auto begin() const { return list().begin(); }
    auto end() const { return list().end(); }
    const T& front() const { return list().front(); }
    const T& operator[](std::size_t place) const { return list()[place]; }

    friend bool operator==(const SparseList& one, const SparseList& other) { return one.list() == other.list(); }

private:
    Sparse<std::vector<T>> list_;
};

}  // namespace smtptls::base
