"""The SARIF goldens against the public schema of SARIF 2.1.0: `test_sarif.py FOLDER`. The schema comes from npm's
@microsoft/jest-sarif (MIT), which ships it; it is no part of this repository.
"""
import json
import pathlib
import sys

import jsonschema

from npm_file import npm_file

GOLDENS = pathlib.Path(__file__).resolve().parents[1] / "golden/sarif"


def main():
    schema = json.loads(npm_file("@microsoft/jest-sarif@1.0.0-beta.0", "lib/schemas/sarif-2.1.0-rtm.5.json", sys.argv[1]))
    validator = jsonschema.validators.validator_for(schema)(schema)
    wrong = 0
    paths = sorted(GOLDENS.glob("*.sarif"))
    for path in paths:
        log = json.loads(path.read_text())
        errors = ["%s: %s" % (list(error.path), error.message) for error in validator.iter_errors(log)]
        print("%s: %s" % (path.name, "valid" if not errors else "\n  ".join(errors)))
        wrong += len(errors)
        # A schema that lets anything through would prove nothing.
        log["runs"][0]["results"] = [{"level": "fatal"}]
        wrong += validator.is_valid(log)
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
