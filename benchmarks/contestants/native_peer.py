"""The native engine of Perspective, in this process. Speaks the protocol of README.md."""

import gc
import importlib.metadata
import json
import os
import sys
import time

import perspective

SCREEN = dict(start_row=0, end_row=100, start_col=0, end_col=30)

perspective.set_num_cpus(int(sys.argv[1]))
client = perspective.Server().new_local_client()
main = None  # the table that views are made of
flat = None  # a view of all of it
held = []


def read(path):
    with open(path, "rb") as file:
        return file.read()


def screen(view):
    return json.loads(view.to_columns_string(**SCREEN))


def screen_of(table):
    view = table.view()
    rows = screen(view)
    view.delete()
    return {"size": table.size(), "screen": rows}


# A kind of operation: prepare() gives the input of body(), which is timed; answer() reads its result; done() frees it.
class Load:
    def __init__(self, op):
        data = read(op["file"])
        self.options = {} if op["format"] == "arrow" else {"format": op["format"]}
        self.data = data if op["format"] == "arrow" else data.decode()

    def prepare(self):
        return None

    def body(self, _):
        return client.table(self.data, **self.options)

    def answer(self, table):
        return screen_of(table)

    def done(self, table):
        table.delete()


class View:
    def __init__(self, op):
        self.config = op["config"]

    def prepare(self):
        return None

    def body(self, _):
        view = main.view(**self.config)
        return view, view.to_columns_string(**SCREEN)

    def answer(self, result):
        return json.loads(result[1])

    def done(self, result):
        result[0].delete()


class Emit:
    def __init__(self, op):
        global flat
        flat = flat or main.view()
        self.format = op["format"]
        self.window = op.get("window", {})
        self.read = {"arrow": flat.to_arrow, "columns": flat.to_columns_string, "csv": flat.to_csv}[self.format]

    def prepare(self):
        return None

    def body(self, _):
        return self.read(**self.window)

    def answer(self, result):
        if self.format != "arrow":
            return json.loads(result) if self.format == "columns" else result
        table = client.table(result)
        rows = screen_of(table)
        table.delete()
        return rows

    def done(self, _):
        pass


class Size:
    def __init__(self, op):
        pass

    def prepare(self):
        return None

    def body(self, _):
        return main.size()

    def answer(self, size):
        return size

    def done(self, _):
        pass


class Update:
    def __init__(self, op):
        self.start, self.views = op["start"], op["views"]
        self.base, *self.batches = read(op["file"]).decode().split("\n")

    def prepare(self):
        options = {"index": self.start["index"]} if "index" in self.start else {}
        if "arrow" in self.start:
            table = client.table(read(self.start["arrow"]), **options)
        else:
            table = client.table(self.start["schema"], **options)
            table.update(self.base, format="columns")
        self.heard = 0
        views = [table.view(**config) for config in self.views]
        for view in views:
            view.on_update(self.hear)
            view.to_columns_string(**SCREEN)
        return table, views

    def hear(self, *_):
        self.heard += 1

    def body(self, made):
        table, views = made
        for batch in self.batches:
            table.update(batch, format="columns")
        while self.heard < len(views):
            time.sleep(0.001)
        return table, views, [view.to_columns_string(**SCREEN) for view in views]

    def answer(self, result):
        return [json.loads(text) for text in result[2]]

    def done(self, result):
        table, views, _ = result
        for view in views:
            view.delete()
        table.delete()


KINDS = {"load": Load, "view": View, "emit": Emit, "size": Size, "update": Update}


def open_table(data):
    global main, flat
    if flat:
        flat.delete()
    if main:
        main.delete()
    flat = None
    main = client.table(read(os.path.join(data, "trades.arrow")))
    return {"rows": main.size(), "version": "perspective-python " + importlib.metadata.version("perspective-python")}


def answer(op):
    kind = KINDS[op["kind"]](op)
    result = kind.body(kind.prepare())
    try:
        return {"answer": kind.answer(result)}
    finally:
        kind.done(result)


def run(op):
    kind = KINDS[op["kind"]](op)
    seconds = calls = 0
    while calls == 0 or seconds * 1e3 < op.get("atLeastMs", 0):
        made = kind.prepare()
        start = time.perf_counter()
        result = kind.body(made)
        seconds += time.perf_counter() - start
        calls += 1
        kind.done(result)
    return {"ms": seconds * 1e3 / calls, "calls": calls}


def handle(request):
    match request["do"]:
        case "open":
            return open_table(request["data"])
        case "answer":
            return answer(request["op"])
        case "run":
            return run(request["op"])
        case "hold":
            view = main.view(**request["op"]["config"])
            held.append((view, view.to_columns_string(**SCREEN)))
        case "settle":
            gc.collect()
    return {}


for line in sys.stdin:
    try:
        reply = handle(json.loads(line))
    except Exception as error:
        reply = {"error": str(error)}
    print(json.dumps(reply), flush=True)
