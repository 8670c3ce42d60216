// A folder of a test's own, which is gone at its end.
#pragma once

#include "catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace smtptls::app {

struct Folder {
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "folderXXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }

    std::string at(const std::string& name) const { return (path / name).string(); }

    std::filesystem::path path;
};

}  // namespace smtptls::app
