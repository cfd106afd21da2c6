"""A tiny application behind the portal's own way of serving: it tells what reached it, and can be slow."""

import json
import time
from pathlib import Path
from urllib.parse import parse_qs

from pajotarl_portal.serving import ARRIVED


def application(environ, start_response):
    began, body = time.time(), environ["wsgi.input"].read()
    asked = parse_qs(environ["QUERY_STRING"])
    if "until" in asked:
        Path(asked["began"][0]).touch()
        while not Path(asked["until"][0]).exists():
            time.sleep(0.01)
    told = json.dumps({"size": len(body), "arrived": environ[ARRIVED], "began": began}).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(told)))])
    return [told]
