"""The cryptography bill of materials against the public schema of CycloneDX 1.6: `test_cbom.py SMTPTLS_SCAN FOLDER`. The
schema comes from npm's @cyclonedx/cyclonedx-library (Apache-2.0), which ships it; it is no part of this repository.
"""
import json
import pathlib
import subprocess
import sys

import jsonschema

from npm_file import npm_file

LIBRARY = "@cyclonedx/cyclonedx-library@10.3.0"
SCANS = pathlib.Path(__file__).resolve().parents[1] / "golden/json"


def validator_in(folder):
    def schema(name):
        return json.loads(npm_file(LIBRARY, "res/schema/%s.SNAPSHOT.schema.json" % name, folder))
    bom, spdx, jsf = schema("bom-1.6"), schema("spdx"), schema("jsf-0.82")
    store = {one["$id"]: one for one in (bom, spdx, jsf)}
    return jsonschema.Draft7Validator(bom, resolver=jsonschema.RefResolver.from_schema(bom, store=store))


def main():
    program, folder = sys.argv[1:3]
    validator = validator_in(folder)
    wrong = 0
    paths = sorted(SCANS.glob("*.json"))
    for path in paths:
        run = subprocess.run([program, "report", path, "--inventory", "cbom"], capture_output=True, text=True, check=False)
        bill = json.loads(run.stdout)
        errors = ["%s: %s" % (list(error.path), error.message) for error in validator.iter_errors(bill)]
        print("%s: %s" % (path.name, "valid" if not errors else "\n  ".join(errors)))
        wrong += len(errors)
        # A schema that lets anything through would prove nothing.
        bill["components"] = [{"type": "cryptographic-asset", "name": "x", "cryptoProperties": {"assetType": "suite"}}]
        wrong += validator.is_valid(bill)
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
