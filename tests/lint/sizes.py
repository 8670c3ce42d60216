"""The size of files: one that cannot be read in a sitting wants to be two."""
import tree

RULE = """a source file has at most 500 lines (tables in .def files excepted)."""

LIMIT = 500
SUFFIXES = (".cpp", ".hpp", ".py", ".cmake", "CMakeLists.txt", ".sh")


def find(root):
    names = [name for name in tree.tracked(root) if name.endswith(SUFFIXES)]
    counts = [(name, tree.read(root, name).count("\n")) for name in names]
    return [tree.Finding(name, 0, "%d lines, %d over the limit" % (count, count - LIMIT))
            for name, count in counts if count > LIMIT]


if __name__ == "__main__":
    tree.main(RULE, find)
